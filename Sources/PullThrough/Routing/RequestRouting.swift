public import OCI

/// A repository, and whether the client's `ns` parameter was what selected its upstream.
public struct RoutedRepository: Sendable, Equatable {
  /// The repository, under its upstream's canonical name.
  public var repository: Repository
  /// True when `ns` was there and agrees: the answer then says so in `OCI-Namespace` (spec: Registry Proxying).
  public var usedNamespace: Bool
}

/// Why a name cannot be routed.
public enum RoutingError: Error, Sendable, Equatable {
  /// No upstream, or not one alone, fits.
  case upstream(PullThroughError)
  /// The name breaks the grammar of the specification.
  case nameInvalid(String)
}

extension UpstreamNames {
  /// The repository that a client means.
  ///
  /// `ns` goes first: it names the registry, and the path is the name there, but for a prefix that names the same registry
  /// once more. Without it: the prefix before `/v2/`, the first segment, the `Host` header, the default.
  public func route(_ requested: RequestedName) throws(RoutingError) -> RoutedRepository {
    var segments = requested.segments[...]
    let prefixed = try prefixUpstream(requested)
    let namespaced = try namespaceUpstream(requested)
    if let prefixed, let namespaced, prefixed != namespaced {
      throw .upstream(.upstreamsDisagree(prefix: prefixed, namespace: namespaced.description))
    }
    var selected = namespaced ?? prefixed
    if prefixed == nil, let first = firstSegmentUpstream(segments), selected == nil || selected == first {
      selected = first
      segments.removeFirst()
      // As newer dockerd writes a mirror's path behind another's.
      if segments.first == "v2", segments.count > 1 { segments.removeFirst() }
    }
    selected = selected ?? requested.host.flatMap(upstream(forHost:))
    if selected == nil { try refuseUnknownRegistry(segments) }
    let upstream = selected ?? defaultUpstream
    guard !segments.isEmpty else { throw .upstream(.nameMissing(upstream)) }
    return RoutedRepository(
      repository: Repository(upstream: upstream, name: try name(segments, on: upstream)),
      usedNamespace: namespaced != nil
    )
  }

  /// What stands before `/v2/`.
  private func prefixUpstream(_ requested: RequestedName) throws(RoutingError) -> UpstreamName? {
    guard !requested.prefix.isEmpty else { return nil }
    let text = requested.prefix.joined(separator: "/")
    guard let name = canonicalName(text) else { throw .upstream(unknown(text)) }
    return name
  }

  private func firstSegmentUpstream(_ segments: ArraySlice<String>) -> UpstreamName? {
    guard let first = segments.first, segments.count > 1 else { return nil }
    return canonicalName(first)
  }

  private func namespaceUpstream(_ requested: RequestedName) throws(RoutingError) -> UpstreamName? {
    guard let namespace = requested.namespace, !namespace.isEmpty, !isOwnName(namespace) else { return nil }
    guard let name = canonicalName(namespace) else { throw .upstream(unknown(namespace)) }
    return name
  }

  /// A first segment written like a host names a registry that is not configured: it must not end up, silently, as a
  /// repository of the default upstream.
  private func refuseUnknownRegistry(_ segments: ArraySlice<String>) throws(RoutingError) {
    guard segments.count > 1, let first = segments.first else { return }
    if first.contains(".") || first.contains(":") || first == "localhost" { throw .upstream(unknown(first)) }
  }

  private func name(_ segments: ArraySlice<String>, on upstream: UpstreamName) throws(RoutingError) -> RepositoryName {
    var text = segments.joined(separator: "/")
    if segments.count == 1, impliesLibrary(upstream) { text = "library/\(text)" }
    do throws(OCIError) {
      return try RepositoryName(parsing: text)
    } catch {
      throw .nameInvalid("\(error)")
    }
  }

  private func unknown(_ requested: String) -> PullThroughError {
    .upstreamUnknown(requested: String(requested.prefix(255)), known: all)
  }
}
