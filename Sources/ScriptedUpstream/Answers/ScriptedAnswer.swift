import NIOCore
import NIOHTTP1

extension UpstreamState {
  /// The answer that an action puts in the place of the ordinary one, if it does.
  mutating func scriptedAnswer(_ request: IncomingRequest, _ action: Action, now: UInt64) -> Answer? {
    if let redirect = action.redirect { return redirectAnswer(request, redirect, now: now) }
    if let endless = action.endless {
      let fill = endless.fill.flatMap { $0.isEmpty ? nil : $0 } ?? "a"
      let round = String(repeating: fill, count: max(1, (64 << 10) / fill.utf8.count))
      var body = Body(.bytes(ByteBuffer(string: endless.prefix ?? "")))
      body.append(.endless(ByteBuffer(string: round)))
      return Answer(action.status ?? 200, ["Content-Type": endless.contentType ?? "application/json"], body: body)
    }
    if let text = action.body {
      return .text(action.status ?? 200, text, type: "application/json")
    }
    guard let status = action.status else { return nil }
    return [204, 304].contains(status) ? Answer(status) : .error(status)
  }

  private mutating func redirectAnswer(
    _ request: IncomingRequest,
    _ redirect: Action.Redirect,
    now: UInt64
  ) -> Answer {
    let origin = redirect.to == "self" ? request.origin : Origin(rawValue: redirect.to)
    var location: String
    switch origin {
    case .storage? where request.origin == .registry:
      location = links.issue(
        path: request.path,
        uses: redirect.uses,
        lifetimeMilliseconds: redirect.lifetime,
        now: now
      )
    case .some: location = request.target
    case nil: location = redirect.to.replacing("{target}", with: request.target)
    }
    if let origin, redirect.relative != true { location = url(origin) + location }
    return Answer(redirect.status ?? 307, ["Location": location])
  }
}
