import Administration
import OCI

/// The orders that operators can give, by path. Each is a file beside this.
struct AdminCommands: Sendable {
  typealias Endpoint = @Sendable (AdminRequest) async throws(OperationError) -> JSONValue

  private let endpoints: [String: (methods: [String], answer: Endpoint)]

  init(_ administration: Administration, _ server: ServerStatus) {
    let warming = WarmEndpoints(administration: administration)
    let pins = PinEndpoints(administration: administration)
    let scrub = ScrubEndpoints(administration: administration)
    endpoints = [
      "images": (["GET"], ListImagesEndpoint(administration: administration).answer),
      "image": (["GET"], InspectEndpoint(administration: administration).answer),
      "stats": (["GET"], StatsEndpoint(administration: administration, server: server).answer),
      "live": (["GET"], LiveEndpoint(administration: administration, server: server).answer),
      "pins": (["GET"], pins.list),
      "pin": (["POST"], pins.pin),
      "unpin": (["POST"], pins.unpin),
      "evict": (["POST"], EvictEndpoint(administration: administration).answer),
      "refresh": (["POST"], RefreshEndpoint(administration: administration).answer),
      "warm": (["GET", "POST"], warming.answer),
      "warm/cancel": (["POST"], warming.cancel),
      "scrub": (["GET", "POST"], scrub.answer),
      "scrub/cancel": (["POST"], scrub.cancel),
    ]
  }

  /// What answers a path, and by which methods.
  func endpoint(_ path: String) -> (methods: [String], answer: Endpoint)? { endpoints[path] }
}
