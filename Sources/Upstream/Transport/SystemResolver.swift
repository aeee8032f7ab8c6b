import Dispatch
import Glibc
import OCI
import Synchronization

/// Asks the system, on threads of its own, since `getaddrinfo` blocks: each name once for all who ask, and remembers what
/// it says for a while. See `NameLookUpQueue`.
final class SystemResolver: HostResolver {
  private typealias Waiter = CheckedContinuation<Result<[IPAddress], UpstreamFailure>, Never>

  private struct State {
    var queue: NameLookUpQueue
    var memory: NameMemory
    var waiters: [String: [UInt64: Waiter]] = [:]
    var lastWaiter: UInt64 = 0
  }

  private let state: Mutex<State>
  private let lookUp: @Sendable (String) -> [IPAddress]

  /// - Parameter lookUp: finds a name's addresses, and may block meanwhile.
  init(limits: Limits, lookUp: @escaping @Sendable (String) -> [IPAddress] = SystemResolver.getaddrinfo) {
    let queue = NameLookUpQueue(places: limits.maxNameLookUps, maxWaiting: limits.maxWaitingNameLookUps)
    state = Mutex(State(queue: queue, memory: NameMemory(limits)))
    self.lookUp = lookUp
  }

  var load: NameLookUpLoad { state.withLock { $0.queue.load } }

  func addresses(of host: String, timeout: Duration) async throws(UpstreamFailure) -> [IPAddress] {
    let (known, waiter) = state.withLock { state in
      state.lastWaiter += 1
      return (state.memory.addresses(of: host, now: .now), state.lastWaiter)
    }
    if let known { return known }
    let alarm = Task {
      guard (try? await Task.sleep(for: timeout)) != nil else { return }
      self.timedOut(host, waiter)
    }
    defer { alarm.cancel() }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        wait(for: host, waiter, continuation)
        if Task.isCancelled { end(host, waiter, .cancelled) }
      }
    } onCancel: {
      end(host, waiter, .cancelled)
    }
    return try result.get()
  }

  private func wait(for host: String, _ waiter: UInt64, _ continuation: Waiter) {
    let (known, step) = state.withLock { state -> ([IPAddress]?, NameLookUpQueue.Step) in
      // The answer may have come since it was looked for.
      if let known = state.memory.addresses(of: host, now: .now) { return (known, .join) }
      let step = state.queue.ask(host)
      if step != .refuse { state.waiters[host, default: [:]][waiter] = continuation }
      return (nil, step)
    }
    if let known { return continuation.resume(returning: .success(known)) }
    switch step {
    case .start: start(host)
    case .join, .wait: break
    case .refuse: continuation.resume(returning: .failure(.overloaded))
    }
  }

  /// A queue of its own for each: one that is stuck keeps nobody else waiting.
  private func start(_ host: String) {
    DispatchQueue(label: "berth.upstream.resolver").async { [self] in
      let found = lookUp(host)
      let (waiters, next) = state.withLock { state in
        state.memory.learn(found, of: host, now: .now)
        return (state.waiters.removeValue(forKey: host) ?? [:], state.queue.finished(host))
      }
      for waiter in waiters.values { waiter.resume(returning: .success(found)) }
      if let next { start(next) }
    }
  }

  private func timedOut(_ host: String, _ waiter: UInt64) {
    end(host, waiter, .timedOut(.connect))
    if let next = state.withLock({ $0.queue.overdue(host) }) { start(next) }
  }

  private func end(_ host: String, _ waiter: UInt64, _ failure: UpstreamFailure) {
    let continuation = state.withLock { state in
      let continuation = state.waiters[host]?.removeValue(forKey: waiter)
      if state.waiters[host]?.isEmpty == true { state.waiters[host] = nil }
      return continuation
    }
    continuation?.resume(returning: .failure(failure))
  }
}

extension SystemResolver {
  /// Blocks until the system answers.
  static func getaddrinfo(_ host: String) -> [IPAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard Glibc.getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var next = list
    while let entry = next?.pointee {
      if let address = address(in: entry), !addresses.contains(address) { addresses.append(address) }
      next = entry.ai_next
    }
    return addresses
  }

  private static func address(in entry: addrinfo) -> IPAddress? {
    entry.ai_addr.flatMap { IPAddress($0, family: entry.ai_family) }
  }
}

/// Finds the addresses of a host name.
protocol HostResolver: Sendable {
  /// The addresses of `host`, best first; empty if there are none.
  ///
  /// - Throws: `timedOut(.connect)` if it takes longer than `timeout`; `overloaded`.
  func addresses(of host: String, timeout: Duration) async throws(UpstreamFailure) -> [IPAddress]

  /// How look-ups are doing.
  var load: NameLookUpLoad { get }
}
