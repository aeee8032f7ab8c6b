import PullThrough

/// How the running program stands, for operators and their tools. Memory only.
public struct Reports: Sendable {
  let pullThrough: PullThrough
  let warming: WarmingService
}
