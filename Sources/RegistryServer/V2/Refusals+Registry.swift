import NIOHTTP1
import OCI

extension Refusals {
  /// As the specification's errors.
  static let registry = Refusals(
    overloaded: ErrorBody(.unavailable, "too many clients wait for upstreams; what is held is served meanwhile")
      .reply(status: .serviceUnavailable, extra: [("Retry-After", "5")])
  ) { seconds in
    ErrorBody(.tooManyRequests, "this client asks more than it may: clients.requestsPerSecond is the limit")
      .reply(status: .tooManyRequests, extra: [("Retry-After", "\(seconds)")])
  }
}
