import OCI
import Synchronization

/// The budgets of all accounts that ask one endpoint.
final class RateBudgets: Sendable {
  private let budgets = Mutex<[CredentialID: RateBudget]>([:])
  private let limits: Limits

  init(limits: Limits) { self.limits = limits }

  /// Returns if the account may ask now.
  /// - Throws: `rateLimited` if it has been told not to.
  func admit(_ ask: UpstreamRequest, from account: CredentialID) throws(UpstreamFailure) {
    guard let rest = budgets.withLock({ $0[account]?.rest(for: ask.kind, now: .now) }) else { return }
    throw .rateLimited(retryAfter: rest.duration, kind: rest.kind)
  }

  /// How the account is doing, for this request.
  func status(of account: CredentialID, for ask: UpstreamRequest) -> AccountRotation.Status {
    budgets.withLock { budgets in
      guard let budget = budgets[account] else { return AccountRotation.Status() }
      let now = ContinuousClock.now
      return AccountRotation.Status(
        rest: budget.rest(for: ask.kind, now: now)?.duration,
        left: budget.left(now: now)
      )
    }
  }

  /// Takes in what an answer says about limits, and hands it on.
  /// - Throws: `rateLimited`, always with a wait, if it is a 429.
  func note(_ response: WireResponse, to ask: UpstreamRequest, from account: CredentialID) async throws(UpstreamFailure)
  {
    let fields = RateLimitFields(response.headers, now: response.clock)
    if response.status == 429 {
      do throws(UpstreamFailure) {
        try await response.requireSuccess(limits: limits)
      } catch {
        guard case .rateLimited(let retryAfter, let kind) = error else { throw error }
        let rest = change(account) { $0.refused(kind, ask.kind, retryAfter: retryAfter, fields, now: .now) }
        throw .rateLimited(retryAfter: rest.duration, kind: rest.kind)
      }
    }
    change(account) { $0.answered(fields, now: .now) }
  }

  /// What is known of each account, in no order.
  func allowances(at endpoint: Endpoint) -> [RateAllowance] {
    budgets.withLock { budgets in
      budgets.values.compactMap { RateAllowance($0, at: endpoint, now: .now) }
    }
  }

  /// Whether the endpoint counts pulls of any account.
  var countPulls: Bool { budgets.withLock { $0.values.contains { $0.countsPulls } } }

  /// Whether all accounts of whose allowance anything is known have little left; false if there are none.
  ///
  /// Where a token is demanded, the challenge is an answer to nobody in particular and tells of no allowance.
  var areShort: Bool {
    budgets.withLock { budgets in
      let known = budgets.values.filter { $0.told != nil || $0.rest(for: .pull, now: .now) != nil }
      return !known.isEmpty && known.allSatisfy { $0.isShort(now: .now) }
    }
  }

  @discardableResult
  private func change<Result>(_ account: CredentialID, _ event: (inout RateBudget) -> Result) -> Result {
    budgets.withLock { budgets in
      // Accounts come and go with their passwords; those of the past are forgotten together.
      if budgets.count >= limits.maxAccounts, budgets[account] == nil { budgets.removeAll() }
      return event(&budgets[account, default: RateBudget(pauses: RateBudget.Pauses(limits))])
    }
  }
}

extension RateBudget.Pauses {
  init(_ limits: Limits) {
    self.init(
      pulls: limits.pullLimitPause,
      first: limits.firstRequestLimitPause,
      longest: limits.longestRequestLimitPause,
      least: limits.leastLimitPause
    )
  }
}
