import NIOCore

extension ControlInterface {
  private struct Release: Decodable {
    var id: String
    var once: Bool?
  }

  /// `/rules`, `/faults`, `/release`.
  func script(_ request: ControlRequest) throws(ScriptedUpstreamError) -> ControlResponse? {
    switch (request.method, request.path[0], request.path.count) {
    case ("POST", "rules", 1):
      let rule = try request.decode(Rule.self)
      return ControlResponse(200, ["id": upstream.append(rule, first: request.query.first("first") == "true")])
    case ("GET", "rules", 1): return ControlResponse(200, upstream.rules)
    case ("DELETE", "rules", 1):
      upstream.removeRules()
      return .done
    case ("DELETE", "rules", 2):
      guard let id = Int(request.path[1]), upstream.removeRule(id) else { throw .invalid("no rule \(request.path[1])") }
      return .done
    case ("POST", "faults", 1):
      try upstream.append(request.decode(AcceptFault.self))
      return .done
    case ("DELETE", "faults", 1):
      upstream.removeFaults()
      return .done
    case ("POST", "release", 1):
      let release = try request.decode(Release.self)
      return ControlResponse(200, ["released": upstream.release(release.id, once: release.once ?? false)])
    default: return nil
    }
  }
}
