import OCI
import PullThrough

/// The orders that operators can give, by path. Each is a file beside this.
struct AdminCommands: Sendable {
  typealias Endpoint = @Sendable (AdminRequest) async throws(OperationError) -> JSONValue

  private let endpoints: [String: (methods: [String], answer: Endpoint)]

  init(_ pullThrough: PullThrough, _ server: ServerStatus) {
    let warming = WarmEndpoints(pullThrough: pullThrough)
    let pins = PinEndpoints(pullThrough: pullThrough)
    let scrub = ScrubEndpoints(pullThrough: pullThrough)
    endpoints = [
      "images": (["GET"], ListImagesEndpoint(pullThrough: pullThrough).answer),
      "image": (["GET"], InspectEndpoint(pullThrough: pullThrough).answer),
      "stats": (["GET"], StatsEndpoint(pullThrough: pullThrough, server: server).answer),
      "live": (["GET"], LiveEndpoint(pullThrough: pullThrough, server: server).answer),
      "pins": (["GET"], pins.list),
      "pin": (["POST"], pins.pin),
      "unpin": (["POST"], pins.unpin),
      "evict": (["POST"], EvictEndpoint(pullThrough: pullThrough).answer),
      "refresh": (["POST"], RefreshEndpoint(pullThrough: pullThrough).answer),
      "warm": (["GET", "POST"], warming.answer),
      "warm/cancel": (["POST"], warming.cancel),
      "scrub": (["GET", "POST"], scrub.answer),
      "scrub/cancel": (["POST"], scrub.cancel),
    ]
  }

  /// What answers a path, and by which methods.
  func endpoint(_ path: String) -> (methods: [String], answer: Endpoint)? { endpoints[path] }
}
