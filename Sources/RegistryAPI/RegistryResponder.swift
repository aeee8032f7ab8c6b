import Access
package import HTTPServer
import NIOHTTP1
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

  package init(
    pullThrough: PullThrough,
    hosts: HostRule,
    browsers: BrowserOrigins,
    load: EventLoopLoad,
    limits: Limits
  ) {
    self.pullThrough = pullThrough
    (self.hosts, self.browsers, self.load) = (hosts, browsers, load)
    self.limits = limits
    routes = RouteCache(
      maxTargets: limits.maxRememberedTargets,
      maxTargetBytes: limits.maxRememberedTargetBytes
    )
  }

  package func respond(to request: Request) -> Response { browsers.readable(answer(request), to: request) }

  private func answer(_ request: Request) -> Response {
    let isRead = request.method == .GET || request.method == .HEAD
    let host = request.field("host")
    let upstreams = pullThrough.upstreams
    if isRead, let known = routes.find(request.target, host: host, among: upstreams) {
      return respond(to: request, known)
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
    case .ping: return .now(isRead ? Ping.reply : ErrorReply.methodNotAllowed).counted(on: nowhere(.ping))
    case .repository(let name, let operation): return respond(to: request, operation, of: name, among: upstreams)
    }
  }

  private func respond(
    to request: Request,
    _ operation: RepositoryOperation,
    of name: RequestedName,
    among upstreams: UpstreamTable
  ) -> Response {
    // As long as all names are upstreams', the verb is enough: nothing is looked up for one that changes something.
    guard operation.neededAccess(by: request.method, of: .proxied) != nil else {
      return .now(ErrorReply.methodNotAllowed).counted(on: nowhere(operation.endpoint))
    }
    if operation == .upload {
      return .now(ErrorReply.reply(to: RegistryTarget.Failure.notFound)).counted(on: nowhere(.upload))
    }
    do throws(RoutingError) {
      let routed = try upstreams.names.route(name)
      let counters = pullThrough.metrics.upstream(routed.repository.upstream)
      let account = RequestAccount(endpoint: operation.endpoint, upstream: counters, metrics: pullThrough.metrics)
      let registryRequest = RegistryRequest(operation, of: name, in: routed, account: account)
      routes.remember(request.target, host: request.field("host"), among: upstreams, means: registryRequest)
      return respond(to: request, registryRequest)
    } catch {
      return .now(ErrorReply.reply(to: error)).counted(on: nowhere(operation.endpoint))
    }
  }

  /// Where requests are counted that select no upstream.
  private func nowhere(_ endpoint: Endpoint) -> RequestAccount {
    RequestAccount(
      endpoint: endpoint,
      upstream: pullThrough.metrics.withoutUpstream,
      metrics: pullThrough.metrics
    )
  }

  private func respond(to request: Request, _ known: RegistryRequest) -> Response {
    let needed = known.operation.neededAccess(by: request.method, of: known.owner)
    switch AccessGate.outcome(needing: needed, at: .registry, for: .everyone, with: .all) {
    case .admitted: return admitted(request, known)
    case .methodNotAllowed: return .now(ErrorReply.methodNotAllowed).counted(on: nowhere(known.operation.endpoint))
    case .challenged, .hidden, .denied, .limited:
      return .now(ErrorReply.reply(to: RegistryTarget.Failure.notFound)).counted(on: nowhere(known.operation.endpoint))
    }
  }

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
      case .upload: Response.now(ErrorReply.reply(to: RegistryTarget.Failure.notFound))
      }
    return response.counted(on: known.account)
  }
}
