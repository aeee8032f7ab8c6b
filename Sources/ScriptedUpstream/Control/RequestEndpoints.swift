import NIOCore

extension ControlInterface {
  private enum Resettable: String, Decodable, CaseIterable {
    case requests, rules, gates, settings, tokens, pulls, contents
  }

  private struct Reset: Decodable {
    var what: [Resettable]?
  }

  /// `/requests`, `/counters`, `/await`, `/reset`.
  func requests(_ request: ControlRequest) async throws(ScriptedUpstreamError) -> ControlResponse? {
    switch request.path[0] {
    case "requests": return ControlResponse(200, upstream.requests(try filter(request)))
    case "counters": return ControlResponse(200, upstream.counters)
    case "await":
      let seconds = try request.parameter("timeout", as: Double.self) ?? 10
      try await upstream.awaitRequests(
        filter(request),
        count: request.parameter("count", as: Int.self) ?? 1,
        timeout: .milliseconds(Int64(max(0, min(seconds, 86_400)) * 1000))
      )
      return ControlResponse(200, upstream.counters)
    case "reset":
      for part in try request.decode(Reset.self).what ?? [.requests] { reset(part) }
      return .done
    default: return nil
    }
  }

  private func filter(_ request: ControlRequest) throws(ScriptedUpstreamError) -> RequestFilter {
    let kinds = try request.parameter("kind", as: RequestKind.self)
    return RequestFilter(
      kinds.isEmpty ? nil : Set(kinds),
      origin: try request.parameter("origin", as: Origin.self).first,
      repository: request.query.first("repository"),
      reference: request.query.first("reference"),
      status: try request.parameter("status", as: Int.self),
      stage: try request.parameter("stage", as: RequestFilter.Stage.self).first ?? .started
    )
  }

  private func reset(_ part: Resettable) {
    switch part {
    case .requests: upstream.resetRequests()
    case .rules: upstream.removeRules()
    case .gates: upstream.resetGates()
    case .settings: upstream.update { $0 = UpstreamSettings() }
    case .tokens: upstream.revokeTokens()
    case .pulls: upstream.resetPulls()
    case .contents: upstream.removeContents()
    }
  }
}
