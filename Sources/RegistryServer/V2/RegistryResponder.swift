import NIOHTTP1
import OCI
import PullThrough

/// Answers requests of the OCI distribution API: parses, checks the verb, routes, and hands on to the endpoint.
struct RegistryResponder: Responder {
  let pullThrough: PullThrough
  let limits: Limits

  func respond(to request: Request) -> Response {
    let target: RegistryTarget
    do throws(RegistryTarget.Failure) {
      target = try RegistryTarget(request.target, host: request.field("host"), limits: limits)
    } catch {
      return .now(ErrorReply.reply(to: error)).counted(on: nowhere(.other))
    }
    // The verb is checked before anything is looked up (security.md F83): proxied names are read-only.
    guard request.method == .GET || request.method == .HEAD else {
      return .now(ErrorReply.methodNotAllowed).counted(on: nowhere(Endpoint(target)))
    }
    do throws(RoutingError) {
      return try respond(to: request, target)
    } catch {
      return .now(ErrorReply.reply(to: error)).counted(on: nowhere(Endpoint(target)))
    }
  }

  /// Where requests are counted that select no upstream.
  private func nowhere(_ endpoint: Endpoint) -> RequestAccount {
    RequestAccount(endpoint: endpoint, upstream: pullThrough.metrics.withoutUpstream)
  }

  private func account(_ endpoint: Endpoint, _ routed: RoutedRepository) -> RequestAccount {
    RequestAccount(endpoint: endpoint, upstream: pullThrough.metrics.upstream(routed.repository.upstream))
  }

  private func respond(to request: Request, _ target: RegistryTarget) throws(RoutingError) -> Response {
    let upstreams = pullThrough.upstreams.names
    switch target {
    case .ping:
      return .now(Ping.reply).counted(on: nowhere(.ping))
    case .manifest(let name, let reference):
      let routed = try upstreams.route(name)
      let endpoint = ManifestEndpoint(pullThrough: pullThrough)
      return endpoint.respond(to: request, reference, in: routed).counted(on: account(.manifest, routed))
    case .blob(let name, let digest):
      let routed = try upstreams.route(name)
      let endpoint = BlobEndpoint(pullThrough: pullThrough)
      return endpoint.respond(to: request, digest, in: routed).counted(on: account(.blob, routed))
    case .tagList(let name, let limit, let last):
      let routed = try upstreams.route(name)
      let endpoint = TagListEndpoint(pullThrough: pullThrough, limits: limits)
      return endpoint.respond(limit: limit, last: last, in: routed, as: name).counted(on: account(.tags, routed))
    case .referrers(let name, let digest, let artifactType):
      let routed = try upstreams.route(name)
      let endpoint = ReferrersEndpoint(pullThrough: pullThrough)
      let response = endpoint.respond(to: digest, artifactType: artifactType, in: routed)
      return response.counted(on: account(.referrers, routed))
    case .upload:
      return .now(ErrorReply.reply(to: RegistryTarget.Failure.notFound)).counted(on: nowhere(.upload))
    }
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
