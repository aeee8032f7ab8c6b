public import BerthConfiguration
import OCI
import Upstream

/// What engines are to be told: which mirror, for which registries.
public struct SetupRequest: Sendable {
  /// Where engines reach Berth.
  public let mirror: Mirror
  /// The registries that are named one by one.
  let registries: [MirroredRegistry]
  /// Whether registries that are not named go to the mirror too, where an engine can say so.
  let coversOthers: Bool
  /// How `config.toml` is written; nil: as an existing file is, else in the form that all versions read.
  public var containerdVersion: ContainerdVersion?
  /// Where `hosts.toml` files are put: containerd's own folder, or dockerd's for its containerd image store.
  public var hostsFolder = SetupRequest.containerdHostsFolder
  /// Whether the `hosts.toml` files are for dockerd's containerd image store.
  var isForDockerd: Bool { hostsFolder.hasPrefix("/etc/docker/") }
  /// The certificate authority, in PEM, that signed the mirror's certificate, if the engines' systems do not know it.
  public var certificateAuthority: String?
  /// Where containerd is told to look for `hosts.toml` files.
  public static let containerdHostsFolder = "/etc/containerd/certs.d"
  /// What is doubtful about the request, one sentence each.
  public private(set) var warnings: [String] = []
  let defaultUpstream: UpstreamName
  /// What else to know, for engines that have to list every registry; one sentence each.
  private(set) var notes: [String] = []

  /// A request for all of this Berth's upstreams, or for those in `names`, which may be aliases.
  ///
  /// - Parameters:
  ///   - mirror: where engines reach Berth; nil takes the first listener.
  ///   - includesRegional: whether all of a family of registries with one for each location are named, of which a site
  ///     uses few; else those that the configuration names.
  /// - Throws: `SetupError.unknownUpstream`, `.notAHost`, `.listenerHasNoURL`.
  public init(
    _ configuration: Configuration,
    upstreams names: [String] = [],
    mirror: Mirror? = nil,
    includesRegional: Bool = false
  ) throws(SetupError) {
    if let mirror {
      self.mirror = mirror
    } else if let listener = configuration.listeners.first {
      self.mirror = try Mirror(listener)
      warnings += Self.doubts(about: listener, mirror: self.mirror)
    } else {
      throw .listenerHasNoURL("(none)")
    }
    coversOthers = names.isEmpty
    defaultUpstream = configuration.defaultUpstream
    if names.isEmpty {
      let all = Self.byUse(configuration)
      registries = all.filter { includesRegional || !$0.isRegional || $0.isNamed }
      let omitted = all.count - registries.count
      if omitted > 0 {
        notes.append(
          "\(omitted) registries of Google's Artifact Registry, *-docker.pkg.dev, are left out: --regional adds them, or "
            + "--upstream each that you use"
        )
      }
    } else {
      var chosen: [MirroredRegistry] = []
      for name in names { chosen.append(try Self.registry(name, of: configuration)) }
      registries = chosen
    }
  }

  /// The registries that engines can ask for, those that are used most first: Docker Hub, those of the configuration, and
  /// the built-in ones in their order.
  private static func byUse(_ configuration: Configuration) -> [MirroredRegistry] {
    let builtIn = UpstreamSettings.builtIn.map(\.name)
    func rank(_ upstream: UpstreamSettings) -> Int {
      if upstream.name == builtIn.first { return -2 }
      return builtIn.firstIndex(of: upstream.name) ?? -1
    }
    // Sorted by name before: the order of equals stands.
    return configuration.upstreams.filter { MirroredRegistry.isHost($0.name) }
      .sorted { (rank($0), $0.name) < (rank($1), $1.name) }
      .map { MirroredRegistry($0, as: $0.name, isNamed: configuration.namedUpstreams.contains($0.name)) }
  }

  private static func registry(_ text: String, of configuration: Configuration) throws(SetupError) -> MirroredRegistry {
    guard let name = try? UpstreamName(parsing: text),
      let upstream = configuration.upstreams.first(where: { $0.name == name || $0.aliases.contains(name) })
    else { throw .unknownUpstream(text, known: configuration.upstreams.map(\.name.description)) }
    guard MirroredRegistry.isHost(name) else { throw .notAHost(text) }
    return MirroredRegistry(upstream, as: name)
  }

  private static func doubts(about listener: ListenerSettings, mirror: Mirror) -> [String] {
    let advice = "for engines elsewhere say --mirror URL"
    if listener.address.isLocal { return ["\(mirror.url) is reached from this machine alone; \(advice)"] }
    guard case .tcp(let host, _) = listener.address, ["0.0.0.0", "::"].contains(host) else { return [] }
    return ["Berth listens on all addresses; the files say \(mirror.url), for engines on this machine; \(advice)"]
  }
}
