import OCI

/// Asks for a page of a list again where that helps, so that a limit or an error at a late page does not cost all pages
/// before it.
struct PagePatience {
  /// How long limits are waited out, for each page.
  let patience: Duration
  let limits: Limits
  /// When the whole list must be there.
  private let deadline: ContinuousClock.Instant
  private let list: String

  /// - Parameter list: what is listed, for errors.
  init(_ list: String, patience: Duration, limits: Limits) {
    (self.list, self.patience, self.limits) = (list, patience, limits)
    deadline = .now + limits.listTimeout
  }

  /// Does something with one page.
  ///
  /// - Throws: what it throws when asking again does not help, and `listTooLong` when the time for the list is over.
  func fetch<Value>(_ work: () async throws(UpstreamFailure) -> Value) async throws(UpstreamFailure) -> Value {
    let patienceEnds = ContinuousClock.now + patience
    var pause = limits.firstRequestLimitPause
    var mayAskAgain = true
    while true {
      guard ContinuousClock.now < deadline else {
        throw .listTooLong("\(list): not whole after \(limits.listTimeout) (listTimeout)")
      }
      do throws(UpstreamFailure) {
        return try await work()
      } catch {
        switch error {
        case .rateLimited(let retryAfter, .requests):
          let wait = max(retryAfter ?? pause, limits.leastLimitPause)
          pause = pause * 2
          guard ContinuousClock.now + wait < min(patienceEnds, deadline) else { throw error }
          try? await Task.sleep(for: wait)
        case .interrupted, .failed(500..., _):
          guard mayAskAgain else { throw error }
          mayAskAgain = false
          try? await Task.sleep(for: limits.firstResumePause)
        case .notFound, .denied, .rateLimited, .resting, .failed, .unreachable, .timedOut, .tlsFailed,
          .rangeNotSatisfiable, .tooLarge, .listTooLong, .protocolViolation, .realmRefused, .redirectRefused,
          .credentialUnavailable, .memoryUsedUp, .cancelled, .absenceUnclear,
          .unanswered, .overloaded:
          throw error
        }
        if Task.isCancelled { throw .cancelled }
      }
    }
  }
}
