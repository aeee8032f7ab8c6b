import Access
import BerthConfiguration
import Dispatch
import Logging
import Synchronization

/// Reads the files that access is decided by again when they change, also where a folder of links is exchanged as a whole, as
/// Kubernetes does. What is wrong with a file leaves all as it was: the old users, tokens and keys count on.
final class AccessWatch: Sendable {
  /// How often files are looked at, in seconds.
  static let interval = 10

  private let authority: Authority
  private let log: Logger
  private let changed: @Sendable (_ problem: String?) -> Void
  private let queue = DispatchQueue(label: "berth.access.watch")
  private let state: Mutex<State>

  private struct State {
    var settings: AccessSettings
    var stamps: FileStamps
    var isStopped = false
  }

  /// - Parameter changed: told when files were read again, with what is wrong with them, if anything.
  init(
    _ settings: AccessSettings,
    authority: Authority,
    log: Logger,
    changed: @escaping @Sendable (_ problem: String?) -> Void
  ) {
    (self.authority, self.log, self.changed) = (authority, log, changed)
    state = Mutex(State(settings: settings, stamps: FileStamps(settings.files)))
  }

  /// Looks from now on.
  func start() {
    queue.asyncAfter(deadline: .now() + .seconds(Self.interval)) { [weak self] in
      guard let self, !self.state.withLock({ $0.isStopped }) else { return }
      self.look()
      self.start()
    }
  }

  /// Looks no more.
  func stop() { state.withLock { $0.isStopped = true } }

  /// Puts what a configuration that was read says in force, and looks after its files from now on.
  func follow(_ settings: AccessSettings, _ snapshot: AccessSnapshot) {
    let stamps = FileStamps(settings.files)
    state.withLock { state in
      (state.settings, state.stamps) = (settings, stamps)
      authority.replace(snapshot)
    }
    changed(nil)
  }

  /// Reads all files again if any has changed. Blocks on the disk.
  func look() {
    let (settings, old) = state.withLock { ($0.settings, $0.stamps) }
    // Before reading: what changes meanwhile is read the next time.
    let stamps = FileStamps(settings.files)
    guard stamps != old else { return }
    do throws(AccessFileError) {
      let snapshot = try AccessFiles.snapshot(settings)
      let isInForce = state.withLock { state in
        // Another configuration has come meanwhile.
        guard state.settings == settings else { return false }
        state.stamps = stamps
        authority.replace(snapshot)
        return true
      }
      guard isInForce else { return }
      log.notice("files of access have changed and are read again")
      changed(nil)
    } catch {
      state.withLock { if $0.settings == settings { $0.stamps = stamps } }
      log.error("a file of access cannot be used: what it said before stays in force", metadata: ["error": "\(error)"])
      changed("\(error)")
    }
  }
}

extension AccessSettings {
  /// The files that are read again when they change. Authorities of certificates are read with the listeners' own.
  var files: [String] {
    guard case .rules(let rules) = self else { return [] }
    return [rules.htpasswd, rules.tokens, rules.clientCertificates?.denied].compactMap(\.self)
      + rules.issuers.compactMap(\.keys)
  }
}
