import PullThrough

/// How the running program stands, for operators and their tools. Memory only.
public struct Reports: Sendable {
  let pullThrough: PullThrough
  let warming: WarmingService

  /// What is wrong with the files that say who may do what; nil when nothing is.
  public var accessProblem: String? { pullThrough.metrics.accessProblem }
}
