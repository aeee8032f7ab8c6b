public import Administration
public import OCI
import PullThrough

/// `POST evict {"pattern" or "patterns", "trial"}`: takes images out of the store.
struct EvictEndpoint: Sendable {
  private static let maxPatterns = 1_000

  let administration: Administration

  func answer(_ request: AdminRequest) async throws(OperationError) -> JSONValue {
    var texts = try request.texts("patterns")
    if texts.isEmpty { texts = [try request.text("pattern")] }
    guard texts.count <= Self.maxPatterns else { throw .invalid("patterns is a list of at most \(Self.maxPatterns)") }
    let names = administration.pullThrough.upstreams.names
    let patterns = try texts.map { (text) throws(OperationError) in try ImagePattern(parsing: text, among: names) }
    let isTrial = try request.flag("trial")
    let report = try await administration.eviction.evict(matching: patterns, isTrial: isTrial)
    return report.document(isTrial: isTrial)
  }
}

extension EvictionReport {
  /// As the answers write it.
  public func document(isTrial: Bool) -> JSONValue {
    [

      "trial": .bool(isTrial),
      "images": .texts(images),
      "contents": .number(contentCount),
      "bytes": .number(bytes),
      "sharedBytes": .number(sharedBytes),
      "pinned": .texts(pinned),
    ]
  }
}
