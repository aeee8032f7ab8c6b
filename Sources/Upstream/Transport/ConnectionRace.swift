/// Which of a name's addresses is tried when (RFC 8305 §5). Pure; knows them by their place.
///
/// The first is tried; the next one whenever another has failed, or the one before has been tried for a while. The first
/// that can be connected to wins.
struct ConnectionRace {
  enum Event {
    /// The one at this place has been tried for a while.
    case delayPassed(Int)
    case failed(Int, UpstreamFailure)
    case connected(Int)
    /// It has taken too long altogether.
    case deadlinePassed
  }

  enum Step: Equatable {
    case wait
    case tryNext(Int)
    case won(Int)
    case lost(UpstreamFailure)
  }

  private let count: Int
  private var tried = 0
  private var failed = 0
  /// Tells most: it is about the address that is liked best.
  private var firstFailure: UpstreamFailure?

  /// - Parameter count: how many addresses there are.
  init(count: Int) { self.count = count }

  mutating func begin() -> Step { tryNext() ?? .lost(.unreachable("name does not resolve")) }

  mutating func take(_ event: Event) -> Step {
    switch event {
    case .delayPassed(let place): return place == tried - 1 ? tryNext() ?? .wait : .wait
    case .connected(let place): return .won(place)
    case .deadlinePassed: return .lost(.timedOut(.connect))
    case .failed(_, let failure):
      failed += 1
      firstFailure = firstFailure ?? failure
      if let step = tryNext() { return step }
      return failed < count ? .wait : .lost(firstFailure ?? failure)
    }
  }

  private mutating func tryNext() -> Step? {
    guard tried < count else { return nil }
    tried += 1
    return .tryNext(tried - 1)
  }
}
