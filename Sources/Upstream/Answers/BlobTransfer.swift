/// A blob that has begun to arrive.
public struct BlobTransfer: Sendable {
  /// Where in the blob the body begins: the byte asked for, or zero if the upstream sends the whole instead.
  public var start: Int64
  /// Bytes that the body announces; nil if the upstream does not say.
  public var length: Int64?
  /// Size of the whole blob; nil if the upstream does not say.
  public var totalSize: Int64?
  /// Whether the upstream is known to serve ranges: it says so, or has just done it.
  public var acceptsRanges: Bool
  /// A strong `ETag`, to be handed back when the transfer is carried on; nil if there is none or it is weak.
  public var entityTag: String?
  /// Which of the upstream's endpoints answers.
  public var endpoint: Endpoint
  /// The bytes.
  public var body: UpstreamBody

  /// A transfer made of its parts.
  public init(
    start: Int64,
    length: Int64?,
    totalSize: Int64?,
    acceptsRanges: Bool,
    entityTag: String? = nil,
    endpoint: Endpoint,
    body: UpstreamBody
  ) {
    (self.start, self.length, self.totalSize) = (start, length, totalSize)
    (self.acceptsRanges, self.entityTag) = (acceptsRanges, entityTag)
    (self.endpoint, self.body) = (endpoint, body)
  }
}
