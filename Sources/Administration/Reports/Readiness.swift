import PullThrough
import Store

/// Something that keeps Berth from serving as it should.
public struct ReadinessProblem: Sendable, Equatable {
  /// What is concerned, in one word.
  public var part: String
  /// What is wrong, for an operator.
  public var reason: String

  /// A problem of that part.
  public init(part: String, reason: String) { (self.part, self.reason) = (part, reason) }
}

extension Reports {
  /// Why no requests should be sent here now; empty when all is well. Memory only.
  ///
  /// An upstream that is down is no reason: what is held is served all the same.
  public var readinessProblems: [ReadinessProblem] {
    if pullThrough.store.usage.isIndexReadOnly {
      let reason = "it failed and takes no writes any more: what is held is served, nothing new is kept; restart Berth"
      return [ReadinessProblem(part: "index", reason: reason)]
    }
    guard let trouble = pullThrough.storeTrouble else { return [] }
    let reason = "nothing new is kept, what is fetched is passed through: \(trouble)"
    return [ReadinessProblem(part: "store", reason: reason)]
  }
}
