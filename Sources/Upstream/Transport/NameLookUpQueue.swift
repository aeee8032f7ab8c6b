/// Which names are being looked up, and which wait for a thread. Pure.
///
/// A look-up that is overdue keeps its thread, since nothing can stop it, but not its place: others go on beside it, up
/// to a number at which there are threads enough. So a name server that does not answer holds up its own names alone.
struct NameLookUpQueue {
  enum Step: Equatable {
    /// Look it up.
    case start
    /// It is being looked up, or waits already.
    case join
    /// It waits for a thread.
    case wait
    /// Too many wait.
    case refuse
  }

  /// Threads are a few times the look-ups that are not overdue.
  static let threadFactor = 4

  private let places: Int
  private let maxWaiting: Int
  private var running: [String: Bool] = [:]
  private var overdueCount = 0
  private var waiting: [String] = []

  init(places: Int, maxWaiting: Int) { (self.places, self.maxWaiting) = (max(places, 1), max(maxWaiting, 0)) }

  var load: NameLookUpLoad { NameLookUpLoad(running: running.count, waiting: waiting.count, overdue: overdueCount) }

  mutating func ask(_ name: String) -> Step {
    if running[name] != nil || waiting.contains(name) { return .join }
    if hasPlace {
      running[name] = false
      return .start
    }
    guard waiting.count < maxWaiting else { return .refuse }
    waiting.append(name)
    return .wait
  }

  /// A look-up takes longer than anybody waits.
  /// - Returns: the name to be looked up in its place.
  mutating func overdue(_ name: String) -> String? {
    guard running[name] == false else { return nil }
    running[name] = true
    overdueCount += 1
    return startNext()
  }

  /// The system has answered.
  /// - Returns: the name to be looked up next.
  mutating func finished(_ name: String) -> String? {
    if running.removeValue(forKey: name) == true { overdueCount -= 1 }
    return startNext()
  }

  private var hasPlace: Bool {
    running.count - overdueCount < places && running.count < places * Self.threadFactor
  }

  private mutating func startNext() -> String? {
    guard hasPlace, !waiting.isEmpty else { return nil }
    let next = waiting.removeFirst()
    running[next] = false
    return next
  }
}

/// How look-ups of names are doing.
public struct NameLookUpLoad: Sendable, Hashable {
  /// Those that have a thread, overdue ones included.
  public var running = 0
  /// Those that wait for one.
  public var waiting = 0
  /// Those that take longer than anybody waits for.
  public var overdue = 0
}
