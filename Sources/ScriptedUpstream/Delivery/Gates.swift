/// Named gates at which answers wait. A gate is shut until it is opened, and then stays open until the gates are reset,
/// so that it does not matter whether the release or the request comes first.
struct Gates: Sendable {
  /// Called when the wait is over. Not called under the lock that guards the gates.
  typealias Resume = @Sendable () -> Void

  private var open: Set<String> = []
  private var waiting: [String: [(ticket: Int, resume: Resume)]] = [:]
  private var nextTicket = 1

  /// Nil if the gate is open; otherwise `resume` will be called, and the ticket takes that back.
  mutating func wait(at gate: String, _ resume: @escaping Resume) -> Int? {
    guard !open.contains(gate) else { return nil }
    let ticket = nextTicket
    nextTicket += 1
    waiting[gate, default: []].append((ticket, resume))
    return ticket
  }

  mutating func cancel(_ ticket: Int) {
    for gate in waiting.keys { waiting[gate]?.removeAll { $0.ticket == ticket } }
  }

  /// Opens a gate or, `once`, lets through those who wait at it now and leaves it shut. The caller calls the results.
  mutating func release(_ gate: String, once: Bool) -> [Resume] {
    if !once { open.insert(gate) }
    return waiting.removeValue(forKey: gate)?.map(\.resume) ?? []
  }

  /// Opens every gate for those who wait, and shuts all. The caller calls the results.
  mutating func reset() -> [Resume] {
    let resumes = waiting.values.flatMap { $0.map(\.resume) }
    open = []
    waiting = [:]
    return resumes
  }
}
