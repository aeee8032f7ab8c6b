import Access
import HTTPServer
import NIOCore
import NIOHTTP1
import OCI

/// `GET|POST /v2/token`: short tokens for whoever shows who they are, and for whoever does not (distribution, token
/// authentication).
///
/// A token holds what was asked for and no rights: those are judged when it is used. Without `issued_at`, from which some clients
/// count, whatever their own clock says; without a refresh token, which would be one more credential to revoke.
struct TokenEndpoint {
  let access: AccessControl

  func respond(to request: Request) -> Response {
    guard request.method == .GET || request.method == .HEAD || request.method == .POST else {
      return .now(Self.methodNotAllowed)
    }
    let form = request.method == .POST ? Array((request.body ?? ByteBuffer()).readableBytesView) : nil
    let asked = TokenRequest(target: request.target, form: form)
    if let presented = asked.presented {
      let source = RequestSource(request, trusting: access.proxies)
      return .later { reply(to: await access.checked(presented, source), asking: asked.scopes, request) }
    }
    switch access.client(of: request) {
    case .now(let client): return .now(reply(to: client, asking: asked.scopes, request))
    case .later(let find): return .later { reply(to: await find(), asking: asked.scopes, request) }
    }
  }

  private func reply(to client: Client, asking scopes: [Scope], _ request: Request) -> Reply {
    switch (client.caller(asking: nil), client.result) {
    case (.limited(let seconds), _): return GateReply.limited(retryAfterSeconds: seconds)
    case (_, .success(let identity)):
      guard let token = access.authority.issue(for: identity, scopes: scopes) else { return refused(request, client) }
      return Self.reply(with: token)
    case (_, .failure): return refused(request, client)
    }
  }

  /// The service itself takes passwords, so that its challenge is for one.
  private func refused(_ request: Request, _ client: Client) -> Reply {
    let realm = access.address.base(for: request, from: client.source)
    return ErrorBody(.unauthorized, "user name, password or token is not right").reply(
      status: .unauthorized,
      extra: [("WWW-Authenticate", "Basic realm=\"\(realm)\""), ("Cache-Control", "no-store")]
    )
  }

  private static func reply(with token: Authority.IssuedToken) -> Reply {
    let text = JSONValue.string(token.secret.reveal())
    let document: JSONValue = ["token": text, "access_token": text, "expires_in": .number("\(token.seconds)")]
    let bytes = ByteBuffer(bytes: JSONText.render(document))
    var headers = CommonHeaders.base
    headers.add(name: "Content-Type", value: "application/json")
    headers.add(name: "Content-Length", value: "\(bytes.readableBytes)")
    headers.add(name: "Cache-Control", value: "no-store")
    return Reply(status: .ok, headers: headers, body: .bytes(bytes))
  }

  private static let methodNotAllowed = ErrorBody(.unsupported, "tokens are had by GET or POST").reply(
    status: .methodNotAllowed,
    extra: [("Allow", "GET, HEAD, POST")]
  )
}
