import NIOHTTP1
import OCI
import PullThrough

/// Answers requests of the OCI distribution API: parses, checks the verb, routes, and hands on to the endpoint.
struct RegistryResponder: Responder {
  private let pullThrough: PullThrough
  private let hosts: HostRule
  private let browsers: BrowserOrigins
  private let load: EventLoopLoad
  private let limits: Limits
  private let remembered: RememberedTargets

  init(
    pullThrough: PullThrough,
    hosts: HostRule,
    browsers: BrowserOrigins,
    load: EventLoopLoad,
    limits: Limits
  ) {
    self.pullThrough = pullThrough
    (self.hosts, self.browsers, self.load) = (hosts, browsers, load)
    self.limits = limits
    remembered = RememberedTargets(
      maxTargets: limits.maxRememberedTargets,
      maxTargetBytes: limits.maxRememberedTargetBytes
    )
  }

  func respond(to request: Request) -> Response { browsers.readable(answer(request), to: request) }

  private func answer(_ request: Request) -> Response {
    let isRead = request.method == .GET || request.method == .HEAD
    let host = request.field("host")
    let upstreams = pullThrough.upstreams
    if isRead, let known = remembered.find(request.target, host: host, among: upstreams) {
      return respond(to: request, known)
    }
    // What is remembered was let in.
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
    // The verb is checked before anything is looked up (security.md F83): proxied names are read-only.
    guard isRead else { return .now(ErrorReply.methodNotAllowed).counted(on: nowhere(Endpoint(target))) }
    do throws(RoutingError) {
      guard let routed = try route(target, among: upstreams.names) else { return respond(withoutRepository: target) }
      remembered.remember(request.target, host: host, among: upstreams, means: routed)
      return respond(to: request, routed)
    } catch {
      return .now(ErrorReply.reply(to: error)).counted(on: nowhere(Endpoint(target)))
    }
  }

  /// Where requests are counted that select no upstream.
  private func nowhere(_ endpoint: Endpoint) -> RequestAccount {
    RequestAccount(endpoint: endpoint, upstream: pullThrough.metrics.withoutUpstream)
  }

  /// - Returns: nil for what is asked of no repository.
  private func route(_ target: RegistryTarget, among names: UpstreamNames) throws(RoutingError) -> RoutedTarget? {
    let (name, wanted): (RequestedName, RoutedTarget.Wanted)
    switch target {
    case .ping, .upload: return nil
    case .manifest(let requested, let reference): (name, wanted) = (requested, .manifest(reference))
    case .blob(let requested, let digest): (name, wanted) = (requested, .blob(digest))
    case .tagList(let requested, let limit, let last):
      (name, wanted) = (requested, .tagList(requested, limit: limit, last: last))
    case .referrers(let requested, let digest, let artifactType):
      (name, wanted) = (requested, .referrers(digest, artifactType: artifactType))
    }
    let routed = try names.route(name)
    let counters = pullThrough.metrics.upstream(routed.repository.upstream)
    return RoutedTarget(wanted, in: routed, account: RequestAccount(endpoint: Endpoint(target), upstream: counters))
  }

  private func respond(withoutRepository target: RegistryTarget) -> Response {
    guard case .ping = target else {
      return .now(ErrorReply.reply(to: RegistryTarget.Failure.notFound)).counted(on: nowhere(Endpoint(target)))
    }
    return .now(Ping.reply).counted(on: nowhere(.ping))
  }

  private func respond(to request: Request, _ target: RoutedTarget) -> Response {
    let routed = target.routed
    let response =
      switch target.wanted {
      case .manifest(let reference):
        ManifestEndpoint(pullThrough: pullThrough, load: load).respond(to: request, reference, target)
      case .blob(let digest):
        BlobEndpoint(pullThrough: pullThrough, load: load).respond(to: request, digest, target)
      case .tagList(let name, let limit, let last):
        TagListEndpoint(pullThrough: pullThrough, load: load, limits: limits)
          .respond(limit: limit, last: last, in: routed, as: name)
      case .referrers(let digest, let artifactType):
        ReferrersEndpoint(pullThrough: pullThrough, load: load).respond(
          to: digest,
          artifactType: artifactType,
          in: routed
        )
      }
    return response.counted(on: target.account)
  }
}

extension Endpoint {
  /// The endpoint that a target belongs to.
  fileprivate init(_ target: RegistryTarget) {
    switch target {
    case .ping: self = .ping
    case .manifest: self = .manifest
    case .blob: self = .blob
    case .tagList: self = .tags
    case .referrers: self = .referrers
    case .upload: self = .upload
    }
  }
}
