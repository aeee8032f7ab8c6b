import NIOCore
import OCI
import Synchronization

/// Counts the requests of each client address against a rate, for all event loops.
final class ClientRates: Sendable {
  private let buckets: Mutex<TokenBuckets<ClientKey.Address>>

  /// - Parameters:
  ///   - perSecond: requests a second of one address, of which as many may come at once.
  ///   - maxClients: addresses that are counted at once.
  init(perSecond: Int, maxClients: Int) {
    buckets = Mutex(TokenBuckets(perSecond: perSecond, maxCount: maxClients))
  }

  /// Counts one request.
  /// - Returns: nil if it may be answered, else after how many seconds the next may.
  func secondsToWait(_ client: ClientKey.Address) -> Int? {
    let now = NIODeadline.now()
    return buckets.withLock { $0.take(client, at: now) }
  }
}
