package import NIOCore

/// Several ranges of a content as one body: `multipart/byteranges` (RFC 9110 §14.6).
package struct MultipartRanges {
  /// A range, with the text that stands before it. The last one is empty.
  package struct Part: Sendable, Equatable {
    package var text: ByteBuffer
    package var range: Range<Int64>
  }

  /// The value of `Content-Type`.
  package let contentType: String
  package let parts: [Part]
  /// Length of the body in bytes.
  package let totalBytes: Int64

  /// - Parameters:
  ///   - type: the content's own, said of each part.
  ///   - boundary: no part of the content: long, and made by chance.
  package init(_ ranges: [Range<Int64>], of sizeBytes: Int64, type: String, boundary: String) {
    contentType = "multipart/byteranges; boundary=\(boundary)"
    var parts: [Part] = []
    for range in ranges {
      let delimiter = "\(parts.isEmpty ? "" : "\r\n")--\(boundary)\r\n"
      let span = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(sizeBytes)"
      let text = "\(delimiter)Content-Type: \(type)\r\nContent-Range: \(span)\r\n\r\n"
      parts.append(Part(text: ByteBuffer(string: text), range: range))
    }
    parts.append(Part(text: ByteBuffer(string: "\r\n--\(boundary)--\r\n"), range: 0..<0))
    self.parts = parts
    // The ranges together are no more than the content, and there is a bound on their number.
    totalBytes = parts.reduce(0) { $0 + Int64($1.text.readableBytes) + Int64($1.range.count) }
  }

  /// A boundary that no content can have been made to hold.
  package static func newBoundary() -> String {
    let (high, low) = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
    return "berth-\(String(high, radix: 36))-\(String(low, radix: 36))"
  }

  /// The parts of a content.
  /// - Parameter whole: all of it, as it would be sent.
  package func body(of whole: Reply.Body) -> Reply.Body {
    switch whole {
    case .none: .none
    case .bytes(let bytes): .parts(parts, SharedBody(pieces: [bytes], owner: nil))
    case .shared(let body, _): .parts(parts, body)
    case .source(let source, _): .parts(parts, source)
    case .parts: whole
    }
  }
}
