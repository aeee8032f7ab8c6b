public import OCI
import Synchronization

/// Says who a request is from and what they may do, by the ``AccessSnapshot`` of the moment.
///
/// ``identifyNow(_:from:peer:)`` and ``rights(of:on:named:from:isOnLocalListener:)`` answer from memory, and may be asked on an
/// event loop; ``identify(_:from:peer:)`` also checks what has to be hashed, on threads of its own. A password that was right is
/// remembered for a few minutes, under a code that only this process can make; one that was wrong is not. Who an unknown user is
/// takes as long to find out as whether a known user's password is right.
public final class Authority: Sendable {
  /// How long a short token counts, in seconds.
  public static let tokenSeconds: Int64 = 300

  let code: MessageCode
  let coder: AccessTokenCoder?
  let lanes = CheckLanes()
  let issuerKeys: IssuerKeys
  let onRefusedJWT: @Sendable (String) -> Void
  let clock: AccessClock
  let state: Mutex<State>
  private let changes = Atomic<UInt64>(0)
  /// The snapshot's mode, so that nothing is locked where nobody is asked who they are.
  private let modeValue: Atomic<UInt8>

  struct State {
    var snapshot: AccessSnapshot
    /// Passwords and JWTs that were right, by a code over them and what they were compared with.
    var successes = RecentTable<[UInt8], Remembered>(maxCount: 4_096)
    /// Short tokens that were read, by their text: they end with the snapshot.
    var tokens = RecentTable<String, Identity>(maxCount: 4_096)
    /// What the rules say: ends with the snapshot.
    var decisions = RecentTable<DecisionKey, Actions>(maxCount: 16_384)
    var failures: FailureLimiter
    var checks = PendingChecks()
  }

  /// Somebody whose password was right.
  struct Remembered {
    var identity: Identity
    /// Monotonic seconds.
    var until: Double
  }

  /// A question to the rules.
  struct DecisionKey: Hashable {
    var subject: Subject
    var repository: String
    /// `unknown` for all where no rule asks for it.
    var origin: ClientOrigin
  }

  /// - Parameters:
  ///   - key: chance that all who are to take each other's short tokens share, 32 bytes at the least; nil makes a key of its own.
  ///   - limits: of the JSON in tokens.
  ///   - fetchingKeys: how keys are fetched of issuers for which no file has any; nil: they are not.
  ///   - onRefusedJWT: told why a JWT was not taken, for the log; the client is not told.
  public init(
    _ snapshot: AccessSnapshot,
    key: [UInt8]? = nil,
    limits: Limits = Limits(),
    failures: FailureLimiter.Settings = .init(),
    clock: AccessClock = .system,
    fetchingKeys: IssuerKeyFetch? = nil,
    onRefusedJWT: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    var generator = SystemRandomNumberGenerator()
    func chance() -> [UInt8] { (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) } }
    let shared = key ?? chance()
    // One key has one purpose: what is remembered is named under another one than tokens are signed with.
    code = MessageCode(key: MessageCode(key: shared).code(of: Array("generations and remembered passwords".utf8)))
    coder = AccessTokenCoder(key: shared, limits: limits)
    state = Mutex(State(snapshot: snapshot, failures: FailureLimiter(failures)))
    modeValue = Atomic(snapshot.mode.rawValue)
    (self.clock, self.onRefusedJWT) = (clock, onRefusedJWT)
    issuerKeys = IssuerKeys(fetch: fetchingKeys, now: clock.monotonic)
  }

  /// What is in force.
  public var snapshot: AccessSnapshot { state.withLock { $0.snapshot } }

  /// What the configuration says of access as a whole.
  public var mode: AccessSnapshot.Mode { .init(rawValue: modeValue.load(ordering: .acquiring)) ?? .rules }

  /// Changes with each ``replace(_:)``. What a connection remembers of who it is ends with it.
  public var generation: UInt64 { changes.load(ordering: .acquiring) }

  /// Puts another snapshot in force, for every request that begins from now on.
  public func replace(_ snapshot: AccessSnapshot) {
    state.withLock { state in
      state.snapshot = snapshot
      modeValue.store(snapshot.mode.rawValue, ordering: .releasing)
      state.tokens.removeAll()
      state.decisions.removeAll()
    }
    changes.wrappingAdd(1, ordering: .acquiringAndReleasing)
  }

  /// What is told apart of a secret without showing it.
  func generation(of text: String) -> String {
    Base64URL.encode(Array(code.code(of: Array(text.utf8)).prefix(9)))
  }
}

/// The time, handed in.
public struct AccessClock: Sendable {
  /// Seconds since 1970.
  public var wall: @Sendable () -> Int64
  /// Seconds of a clock that nobody sets.
  public var monotonic: @Sendable () -> Double

  /// A clock of these.
  public init(wall: @escaping @Sendable () -> Int64, monotonic: @escaping @Sendable () -> Double) {
    (self.wall, self.monotonic) = (wall, monotonic)
  }
}
