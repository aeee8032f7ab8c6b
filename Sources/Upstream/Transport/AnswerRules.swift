import NIOHTTP1
import OCI

/// What the head of an answer must be like. Pure.
///
/// The HTTP client ends the process over answers that HTTP does not have, a status below 100 for one; what is let
/// through here is what it is made for. Two readers that see different ends of a body are refused as well.
struct AnswerRules: Sendable {
  private let maxHeaderFields: Int
  private let maxHeaderBytes: Int
  /// Most 1xx answers in front of the real one.
  let maxInformational: Int

  init(_ limits: Limits) {
    maxHeaderFields = limits.maxResponseHeaderFields
    maxHeaderBytes = limits.maxResponseHeaderBytes
    maxInformational = limits.maxInformationalResponses
  }

  /// What is wrong with an answer that begins so; nil if nothing is.
  func fault(in head: HTTPResponseHead) -> AnswerFault? {
    let code = Int(head.status.code)
    guard (100...599).contains(code), code != 101 else { return .status(code) }
    guard head.version == .http1_1 || head.version == .http1_0 else { return .version }
    guard head.headers.count <= maxHeaderFields else { return .headerTooLarge }
    let size = head.headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    guard size <= maxHeaderBytes else { return .headerTooLarge }
    return Self.isWellFramed(head) ? nil : .framing
  }

  /// RFC 9112 §6.1 to §6.3, in the strict reading.
  private static func isWellFramed(_ head: HTTPResponseHead) -> Bool {
    let lengths = head.headers["Content-Length"]
    let codings = head.headers["Transfer-Encoding"]
    if codings.isEmpty { return lengths.isEmpty || hasOneLength(lengths) }
    // A coding other than the last one would have to be undone; in HTTP/1.0 there is none.
    guard lengths.isEmpty, head.version == .http1_1 else { return false }
    return codings.count == 1 && codings[0].lowercased() == "chunked"
  }

  /// The same number each time, which fits where lengths are counted.
  private static func hasOneLength(_ lengths: [String]) -> Bool {
    let parts = lengths.joined(separator: ",").split(separator: ",", omittingEmptySubsequences: false).map { part in
      part.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
    }
    guard let first = parts.first, parts.allSatisfy({ $0 == first }) else { return false }
    return !first.isEmpty && first.utf8.allSatisfy(\.isDigit) && Int64(first) != nil
  }
}
