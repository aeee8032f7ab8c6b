import NIOCore
import NIOHTTP1
import OCI

/// An answer whose head has arrived. Its body must be read, discarded or let go of.
struct WireResponse: Sendable {
  /// Where it comes from.
  let url: WebURL
  let status: Int
  let headers: HTTPHeaders
  let pieces: ResponsePieces

  var isRedirect: Bool { RedirectPolicy.isRedirect(status) }

  /// `Content-Length`, in bytes: of the body, or to a HEAD of what a GET would send.
  var contentLength: Int64? { Self.contentLength(headers) }

  static func contentLength(_ headers: HTTPHeaders) -> Int64? {
    guard !headers.contains(name: "Transfer-Encoding"), let text = headers.first(name: "Content-Length"),
      text.utf8.allSatisfy(\.isDigit)
    else { return nil }
    return Int64(text)
  }

  /// `Content-Type` without parameters.
  var mediaType: MediaType? { headers.first(name: "Content-Type").flatMap { MediaType(parsing: $0) } }

  /// `Docker-Content-Digest`, if Berth could verify it.
  var declaredDigest: Digest? {
    headers.first(name: "Docker-Content-Digest").flatMap { try? Digest(parsing: $0) }
  }

  /// Refuses a document that came in another encoding than it was asked for in.
  ///
  /// What `Content-Encoding` says does not decide: storage replays labels that were never true of the bytes (`aws-chunked`,
  /// `gzip`), and the digest tells what they are. It only explains what is no JSON.
  func requireDocument(_ bytes: ByteBuffer) throws(UpstreamFailure) {
    let encodings = headers[canonicalForm: "Content-Encoding"].filter { !$0.isEmpty && $0.lowercased() != "identity" }
    let start = bytes.readableBytesView.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    if !encodings.isEmpty, start != UInt8(ascii: "{") {
      throw .protocolViolation("body is content-encoded, which was not asked for")
    }
  }
}
