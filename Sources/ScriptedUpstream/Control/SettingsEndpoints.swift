import NIOCore

extension ControlInterface {
  private struct Revocation: Decodable {
    var token: String?
  }

  private struct PullOrder: Decodable {
    var remaining: Int
    var credential: String?
  }

  private struct ListenerOrder: Decodable {
    var origin: Origin?
    /// Whether the connections are closed too.
    var connections: Bool?
  }

  private struct TLSOrder: Decodable {
    var origin: Origin?
    var certificateFile: String
    var keyFile: String
  }

  /// `/settings`, `/tokens/revoke`, `/ratelimit`.
  func settings(_ request: ControlRequest) throws(ScriptedUpstreamError) -> ControlResponse? {
    switch (request.path[0], request.path.last) {
    case ("settings", _):
      let change = try request.decode(UpstreamSettings.Change.self)
      upstream.update { $0.apply(change) }
      return .done
    case ("tokens", "revoke"):
      return ControlResponse(200, ["revoked": upstream.revokeTokens(try request.decode(Revocation.self).token)])
    case ("ratelimit", _):
      let order = try request.decode(PullOrder.self)
      upstream.setRemainingPulls(order.remaining, credential: order.credential ?? "")
      return .done
    default: return nil
    }
  }

  /// `/down`, `/up`, `/tls`.
  func listeners(_ request: ControlRequest) async throws(ScriptedUpstreamError) -> ControlResponse? {
    switch request.path[0] {
    case "down":
      let order = try request.decode(ListenerOrder.self)
      await upstream.down(order.origin ?? .registry, closingConnections: order.connections ?? true)
    case "up": try await upstream.up(request.decode(ListenerOrder.self).origin ?? .registry)
    case "tls":
      let order = try request.decode(TLSOrder.self)
      let identity = Options.TLSIdentity(certificateFile: order.certificateFile, keyFile: order.keyFile)
      try upstream.use(identity, for: order.origin ?? .registry)
    default: return nil
    }
    return .done
  }
}
