import NIOHTTP1
import OCI

/// Which bytes of a blob an answer holds, by its status and fields (RFC 9110 §14.4, §15.3.7).
struct BlobExtent: Hashable {
  var start: Int64
  var length: Int64?
  var totalSize: Int64?

  /// - Throws: `protocolViolation` if the answer is a part that was not asked for, or contradicts itself; `tooLarge`.
  init(status: Int, fields: Fields, asked: BlobRange, limits: Limits) throws(UpstreamFailure) {
    if status == 206 {
      self = try Self.part(fields, asked: asked)
    } else {
      self.init(start: 0, length: fields.length, totalSize: fields.length)
    }
    if let totalSize, totalSize > limits.maxBlobBytes { throw .tooLarge(limit: limits.maxBlobBytes) }
  }

  /// The fields that say it.
  struct Fields: Hashable {
    /// `Content-Length`, in bytes.
    var length: Int64?
    /// `Content-Range`.
    var contentRange: String?
  }

  private init(start: Int64, length: Int64?, totalSize: Int64?) {
    (self.start, self.length, self.totalSize) = (start, length, totalSize)
  }

  private static func part(_ fields: Fields, asked: BlobRange) throws(UpstreamFailure) -> BlobExtent {
    guard let sent = fields.contentRange.flatMap(ContentRange.init(parsing:)) else {
      throw .protocolViolation("partial answer without a usable Content-Range")
    }
    let isAsked =
      switch asked {
      case .whole: false
      case .from(let start): sent.start == start
      case .bytes(let range): sent.start == range.lowerBound && sent.range.upperBound <= range.upperBound
      }
    guard isAsked else { throw .protocolViolation("sent \(sent), which was not asked for") }
    if let length = fields.length, length != Int64(sent.range.count) {
      throw .protocolViolation("sent \(sent) in \(length) bytes")
    }
    return BlobExtent(start: sent.start, length: Int64(sent.range.count), totalSize: sent.total)
  }
}

extension BlobExtent {
  init(of response: WireResponse, asked: BlobRange, limits: Limits) throws(UpstreamFailure) {
    let fields = Fields(
      length: response.contentLength,
      contentRange: response.headers.first(name: "Content-Range")
    )
    try self.init(status: response.status, fields: fields, asked: asked, limits: limits)
  }
}

/// A blob that has begun to arrive.
public struct BlobTransfer: Sendable {
  /// Where in the blob the body begins: the byte asked for, or zero if the upstream sends the whole instead.
  public var start: Int64
  /// Bytes that the body announces; nil if the upstream does not say.
  public var length: Int64?
  /// Size of the whole blob; nil if the upstream does not say.
  public var totalSize: Int64?
  /// Which of the upstream's endpoints answers.
  public var endpoint: Endpoint
  /// The bytes.
  public var body: UpstreamBody

  /// A transfer made of its parts.
  public init(
    start: Int64,
    length: Int64?,
    totalSize: Int64?,
    endpoint: Endpoint,
    body: UpstreamBody
  ) {
    (self.start, self.length, self.totalSize) = (start, length, totalSize)
    (self.endpoint, self.body) = (endpoint, body)
  }
}
