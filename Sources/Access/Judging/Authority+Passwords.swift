internal import OCI
internal import Synchronization

/// A password that somebody shows, and what it is compared with.
struct PasswordQuestion: Sendable {
  var user: String
  var password: Secret
  /// Who it would be; nil if there is no such user.
  var identity: Identity?
  /// What is checked: the user's hash, or another one of the file for an unknown user; nil in an empty file.
  var hash: PasswordHash?
  /// Names the question, without showing any of it.
  var key: [UInt8]

  /// The user name as failures are counted for it; of what is no name at all, one count.
  var countedUser: String { Subject.Name(user)?.description ?? "" }
}

extension Authority {
  func question(_ user: String, _ password: Secret, _ snapshot: AccessSnapshot) -> PasswordQuestion {
    let name = Subject.Name(user).flatMap { $0.isBare ? $0 : nil }
    let known = name.flatMap { snapshot.passwords.hash(of: $0) }
    let hash = known ?? snapshot.passwords.decoy
    // No part holds a zero byte without the check failing, so that no two questions are written alike.
    let text = [user, known?.text ?? "", password.reveal()].map { "\($0.utf8.count):\($0)" }.joined()
    let identity = known.flatMap { hash in
      name.map { name in
        Identity(
          subject: .named(name),
          credential: CredentialID(method: .htpasswd, name: user, generation: generation(of: hash.text))
        )
      }
    }
    return PasswordQuestion(
      user: user,
      password: password,
      identity: identity,
      hash: hash,
      key: code.code(of: Array(text.utf8))
    )
  }

  /// What is known without hashing.
  func remembered(_ question: PasswordQuestion, _ source: ClientOrigin) -> Quick {
    let now = clock.monotonic()
    return state.withLock { state in
      if let entry = state.successes[question.key], entry.until > now { return .known(entry.identity) }
      if let wait = state.failures.wait(network: source.network, user: question.countedUser, at: now),
        !state.checks.contains(question.key)
      {
        return .refused(.limited(retryAfter: .seconds(wait)))
      }
      return .needsCheck
    }
  }

  /// Has a password checked on a lane, or waits for the check of the very same one.
  func check(_ question: PasswordQuestion, _ source: ClientOrigin) async -> Result<Identity, IdentityRefusal> {
    let attempt = Attempt(network: source.network, user: question.countedUser)
    let result = await withCheckedContinuation { waiter in
      let start = state.withLock { $0.begin(question.key, attempt, waiter, at: clock.monotonic()) }
      switch start {
      case .waits: return
      case .tooMany: waiter.resume(returning: .notMade)
      case .mayRun:
        let accepted = lanes.submit { [self] isInTime in
          finish(question, attempt, isInTime ? Self.isRight(question) : nil)
        }
        if !accepted { finish(question, attempt, nil) }
      }
    }
    switch result {
    case .right(let identity): return .success(identity)
    case .wrong: return .failure(.wrong)
    case .notMade: return .failure(.busy(retryAfter: .seconds(1)))
    }
  }

  /// Blocks for as long as the hash costs.
  private static func isRight(_ question: PasswordQuestion) -> Bool {
    guard let hash = question.hash else { return false }
    // Memory of its own: 32 KiB, against milliseconds of hashing.
    return PasswordCheck().isRight(question.password, for: hash) && question.identity != nil
  }

  /// - Parameter isRight: nil if the check was not made.
  private func finish(_ question: PasswordQuestion, _ attempt: Attempt, _ isRight: Bool?) {
    let now = clock.monotonic()
    let (waiters, result) = state.withLock { state in
      if isRight != false { state.failures.succeeded(network: attempt.network, user: attempt.user, at: now) }
      var result = isRight == nil ? PendingChecks.CheckResult.notMade : .wrong
      if isRight == true, let identity = question.identity {
        let remembered = Remembered(identity: identity, until: now + Self.rememberedSeconds)
        state.successes.insert(remembered, for: question.key)
        result = .right(identity)
      }
      return (state.checks.take(question.key), result)
    }
    for waiter in waiters { waiter.resume(returning: result) }
  }

  /// How long a password that was right is not hashed again.
  private static var rememberedSeconds: Double { 300 }
}

/// Whose count of failures an attempt belongs to.
struct Attempt: Sendable {
  var network: String
  var user: String
}

extension Authority.State {
  enum Start {
    case mayRun
    case waits
    case tooMany
  }

  /// Takes a place in the line of those who wait for a check. An attempt counts as failed from its beginning, so that no more can
  /// be under way at once than may fail.
  mutating func begin(_ key: [UInt8], _ attempt: Attempt, _ waiter: PendingChecks.Waiter, at now: Double) -> Start {
    let isUnderWay = checks.contains(key)
    guard checks.add(waiter, to: key) else { return .tooMany }
    if isUnderWay { return .waits }
    failures.failed(network: attempt.network, user: attempt.user, at: now)
    return .mayRun
  }
}
