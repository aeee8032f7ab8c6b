import DequeModule
import OCI

/// The layers that clients will ask for who were sent a manifest. Pure: the time is passed in.
///
/// Clients ask for layers from the lowest on, and leave out those that they have, which are the lowest ones most often: an
/// image's base. So what comes behind a layer that a client asks for will be asked for, and what lies before it may never
/// be. What was expected for too long is forgotten, as are the oldest expectations when there are too many.
struct ExpectedLayers {
  private struct Expectation {
    var repository: Repository
    var layers: [PrefetchPlan.Content]
    var until: ContinuousClock.Instant
  }

  private typealias Number = UInt64

  private var expectations: [Number: Expectation] = [:]
  /// Which expectation a layer belongs to, the latest one.
  private var places: [Digest: Number] = [:]
  /// The oldest first; some have come true since.
  private var order: Deque<Number> = []
  private var next: Number = 0
  private let maxCount: Int
  private let lifetime: Duration

  /// - Parameters:
  ///   - maxCount: most manifests whose layers are expected.
  ///   - lifetime: how long they are.
  init(maxCount: Int, lifetime: Duration) { (self.maxCount, self.lifetime) = (maxCount, lifetime) }

  /// Whether nothing is expected.
  var isEmpty: Bool { expectations.isEmpty }

  /// A client was sent a manifest with these layers.
  mutating func expect(
    _ layers: [PrefetchPlan.Content],
    in repository: Repository,
    now: ContinuousClock.Instant
  ) {
    guard layers.count > 1 else { return }
    expectations[next] = Expectation(repository: repository, layers: layers, until: now + lifetime)
    for layer in layers { places[layer.digest] = next }
    order.append(next)
    next &+= 1
    if order.count > maxCount, let oldest = order.popFirst() { forget(oldest) }
  }

  /// A client asks for content.
  /// - Returns: the layers behind it. They are told once; those before it stay expected.
  mutating func following(
    _ digest: Digest,
    in repository: Repository,
    now: ContinuousClock.Instant
  ) -> [PrefetchPlan.Content] {
    guard let number = places[digest], var expectation = expectations[number], expectation.repository == repository,
      let index = expectation.layers.firstIndex(where: { $0.digest == digest })
    else { return [] }
    guard now < expectation.until else {
      forget(number)
      return []
    }
    let following = Array(expectation.layers[(index + 1)...])
    for layer in expectation.layers[index...] where places[layer.digest] == number { places[layer.digest] = nil }
    expectation.layers.removeSubrange(index...)
    expectations[number] = expectation.layers.isEmpty ? nil : expectation
    return following
  }

  private mutating func forget(_ number: Number) {
    guard let expectation = expectations.removeValue(forKey: number) else { return }
    for layer in expectation.layers where places[layer.digest] == number { places[layer.digest] = nil }
  }
}
