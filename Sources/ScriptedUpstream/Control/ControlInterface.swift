import NIOCore

/// Carries out what comes over the control interface. Each endpoint is one call of the Swift API.
struct ControlInterface: Sendable {
  let upstream: ScriptedUpstream

  func answer(_ request: ControlRequest) async -> ControlResponse {
    do {
      return try await route(request) ?? ControlResponse(404, ["error": "no such control endpoint"])
    } catch .timedOut(let seen, let wanted) {
      return ControlResponse(408, ["error": "timed out: \(seen) of \(wanted) requests seen"])
    } catch {
      return ControlResponse(400, ["error": error.description])
    }
  }

  private func route(_ request: ControlRequest) async throws(ScriptedUpstreamError) -> ControlResponse? {
    switch (request.method, request.path.first, request.path.count) {
    case ("GET", "info", 1): ControlResponse(200, ListeningReport(upstream))
    case (_, "blobs", _), (_, "manifests", _), ("POST", "images", 1), ("POST", "layouts", 1), ("DELETE", "contents", 1):
      try await contents(request)
    case (_, "rules", _), (_, "faults", 1), ("POST", "release", 1): try script(request)
    case ("GET", "requests", 1), ("GET", "counters", 1), ("GET", "await", 1), ("POST", "reset", 1):
      try await requests(request)
    case ("PUT", "settings", 1), ("POST", "tokens", 2), ("POST", "ratelimit", 1): try settings(request)
    case ("POST", "down", 1), ("POST", "up", 1), ("POST", "tls", 1): try await listeners(request)
    default: nil
    }
  }
}

/// Where everything listens: what is printed at the start and told by `GET /info`.
public struct ListeningReport: Sendable, Codable {
  /// The control interface's port.
  public var control: Int?
  /// The origins' ports.
  public var ports: [Origin: Int]
  /// The origins' URLs, without a slash at the end.
  public var urls: [Origin: String]

  /// What a running tool reports.
  public init(_ upstream: ScriptedUpstream) {
    control = upstream.controlPort
    ports = Dictionary(uniqueKeysWithValues: Origin.allCases.map { ($0, upstream.port($0)) })
    urls = Dictionary(uniqueKeysWithValues: Origin.allCases.map { ($0, upstream.url($0)) })
  }
}
