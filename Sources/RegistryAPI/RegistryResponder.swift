import Access
package import HTTPServer
package import NIOHTTP1
package import OCI
package import PullThrough

/// Answers requests of the OCI distribution API: parses the target, routes it, has the gate judge it, and hands it on to its
/// endpoint.
package struct RegistryResponder: Responder {
  private let pullThrough: PullThrough
  private let hosts: HostRule
  private let browsers: BrowserOrigins
  private let load: EventLoopLoad
  private let limits: Limits
  private let routes: RouteCache
  private let access: AccessControl

  package init(
    pullThrough: PullThrough,
    hosts: HostRule,
    browsers: BrowserOrigins,
    access: AccessControl,
    load: EventLoopLoad,
    limits: Limits
  ) {
    self.pullThrough = pullThrough
    self.access = access
    (self.hosts, self.browsers, self.load) = (hosts, browsers, load)
    self.limits = limits
    routes = RouteCache(
      maxTargets: limits.maxRememberedTargets,
      maxTargetBytes: limits.maxRememberedTargetBytes
    )
  }

  package func respond(to request: Request) -> Response { browsers.readable(answer(request), to: request) }

  package func clientMayHaveLeft(_ client: ClientKey) { pullThrough.clientMayHaveLeft(client) }

  package func clientHasLeft(_ client: ClientKey) { pullThrough.clientHasLeft(client) }

  private func answer(_ request: Request) -> Response {
    let isRead = request.method == .GET || request.method == .HEAD
    let host = request.field("host")
    let upstreams = pullThrough.upstreams
    if isRead, let known = routes.find(request.target, host: host, among: upstreams) {
      return judge(request, known)
    }
    // What is cached was let in.
    if let reason = hosts.refusal(of: host, among: upstreams.names) {
      let error = ErrorBody(.denied, "misdirected request: \(reason)")
      return .now(error.reply(status: .misdirectedRequest)).counted(on: nowhere(.other))
    }
    if let preflight = browsers.preflight(of: request) { return .now(preflight).counted(on: nowhere(.other)) }
    if isRead, request.target == "/" { return .now(RootPage.reply) }
    let target: RegistryTarget
    do throws(RegistryTarget.Failure) {
      target = try RegistryTarget(request.target, host: host, limits: limits)
    } catch {
      return .now(ErrorReply.reply(to: error)).counted(on: nowhere(.other))
    }
    switch target {
    case .ping: return ping(request).counted(on: nowhere(.ping))
    case .token:
      guard access.challenges else {
        return .now(ErrorReply.reply(to: RegistryTarget.Failure.notFound)).counted(on: nowhere(.other))
      }
      return TokenEndpoint(access: access).respond(to: request).counted(on: nowhere(.token))
    case .repository(let name, let operation): return route(request, operation, of: name, among: upstreams)
    }
  }

  /// Only the token service takes a body, and none that is long.
  package func intake(of target: String, _ method: HTTPMethod) -> BodyIntake {
    guard method == .POST, access.challenges, target.prefix(while: { $0 != "?" }) == "/v2/token" else { return .none }
    return .collected(maxBytes: TokenRequest.maxFormBytes)
  }

  /// Where nobody is asked who they are, and on a mirror, all are welcome; else whoever shows something that is right.
  private func ping(_ request: Request) -> Response {
    guard request.method == .GET || request.method == .HEAD else { return .now(ErrorReply.methodNotAllowed) }
    guard access.challenges else { return .now(Ping.reply) }
    @Sendable func reply(to client: Client) -> Reply {
      if client.showedSomethingRight { return Ping.reply }
      let caller = client.caller(asking: nil)
      let outcome = AccessGate.outcome(needing: .pull, at: .registry, for: caller, with: [])
      return GateReply.refusal(outcome, access.challenge(for: request, client)) ?? Ping.reply
    }
    switch access.client(of: request) {
    case .now(let client): return .now(reply(to: client))
    case .later(let find): return .later { reply(to: await find()) }
    }
  }

  private func route(
    _ request: Request,
    _ operation: RepositoryOperation,
    of name: RequestedName,
    among upstreams: UpstreamTable
  ) -> Response {
    if !access.asksWho {
      // As long as all names are upstreams', the verb is enough: nothing is looked up for one that changes something.
      guard operation.neededAccess(by: request.method, of: .proxied) != nil else {
        return .now(ErrorReply.methodNotAllowed).counted(on: nowhere(operation.endpoint))
      }
      if operation == .upload { return .now(Self.noUploads).counted(on: nowhere(.upload)) }
    }
    do throws(RoutingError) {
      let routed = try upstreams.names.route(name)
      let counters = pullThrough.metrics.upstream(routed.repository.upstream)
      let account = RequestAccount(endpoint: operation.endpoint, upstream: counters, metrics: pullThrough.metrics)
      let registryRequest = RegistryRequest(operation, of: name, in: routed, account: account)
      routes.remember(request.target, host: request.field("host"), among: upstreams, means: registryRequest)
      return judge(request, registryRequest)
    } catch {
      return unroutable(request, operation, of: name, because: error)
    }
  }

  /// Which names lead nowhere, and which upstreams there are, is told to whoever may read such a name, if there were one.
  private func unroutable(
    _ request: Request,
    _ operation: RepositoryOperation,
    of name: RequestedName,
    because error: RoutingError
  ) -> Response {
    let account = nowhere(operation.endpoint)
    let told = ErrorReply.reply(to: error).counted(on: account)
    guard access.asksWho else { return .now(told) }
    let question = AccessQuestion(
      needed: operation.neededAccess(by: request.method, of: .proxied),
      canonicalName: name.asWritten,
      scopeName: name.segments.joined(separator: "/")
    )
    switch access.client(of: request) {
    case .now(let client): return .now(refusal(of: request, client, question)?.counted(on: account) ?? told)
    case .later(let find):
      return .later { refusal(of: request, await find(), question)?.counted(on: account) ?? told }
    }
  }

  /// Where requests are counted that select no upstream, or are told nothing of one.
  private func nowhere(_ endpoint: Endpoint) -> RequestAccount {
    RequestAccount(
      endpoint: endpoint,
      upstream: pullThrough.metrics.withoutUpstream,
      metrics: pullThrough.metrics
    )
  }

  /// Lets a request through to its endpoint, or not: the only way there.
  private func judge(_ request: Request, _ known: RegistryRequest) -> Response {
    let needed = known.operation.neededAccess(by: request.method, of: known.owner)
    guard access.asksWho else {
      let outcome = AccessGate.outcome(needing: needed, at: access.listener, for: .everyone, with: .all)
      guard let refusal = GateReply.refusal(outcome, nil) else { return admitted(request, known) }
      return .now(refusal.counted(on: nowhere(known.operation.endpoint)))
    }
    let question = AccessQuestion(
      needed: needed,
      canonicalName: known.routed.repository.description,
      scopeName: known.scopeName
    )
    switch access.client(of: request) {
    case .now(let client): return answer(request, known, client, question)
    case .later(let find): return .later { await answer(request, known, await find(), question).awaited() }
    }
  }

  private func answer(
    _ request: Request,
    _ known: RegistryRequest,
    _ client: Client,
    _ question: AccessQuestion
  ) -> Response {
    guard let refusal = refusal(of: request, client, question) else { return admitted(request, known) }
    return .now(refusal.counted(on: nowhere(known.operation.endpoint)))
  }

  private func refusal(of request: Request, _ client: Client, _ question: AccessQuestion) -> Reply? {
    let outcome = access.outcome(for: client, question)
    if outcome == .admitted { return nil }
    let scope = Challenge.scope(of: question.scopeName, needing: question.needed ?? .pull)
    return GateReply.refusal(outcome, access.challenge(for: request, client, scope: scope))
  }

  private static let noUploads = ErrorReply.reply(to: RegistryTarget.Failure.notFound)

  private func admitted(_ request: Request, _ known: RegistryRequest) -> Response {
    let routed = known.routed
    let response =
      switch known.operation {
      case .manifest(let reference):
        ManifestEndpoint(pullThrough: pullThrough, load: load).respond(to: request, reference, known)
      case .blob(let digest):
        BlobEndpoint(pullThrough: pullThrough, load: load).respond(to: request, digest, known)
      case .tags(let limit, let last):
        TagListEndpoint(pullThrough: pullThrough, load: load, limits: limits)
          .respond(limit: limit, last: last, in: routed, as: known.name)
      case .referrers(let digest, let artifactType):
        ReferrersEndpoint(pullThrough: pullThrough, load: load).respond(
          to: digest,
          artifactType: artifactType,
          in: routed
        )
      case .upload: Response.now(Self.noUploads)
      }
    return response.counted(on: known.account)
  }
}

extension RequestedName {
  /// All of it, as rules would name such a repository.
  fileprivate var asWritten: String { (prefix + [namespace].compactMap { $0 } + segments).joined(separator: "/") }
}
