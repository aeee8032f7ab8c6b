public import Access
public import OCI
public import Upstream

/// Everything that an operator can decide, as plain values that have been checked.
///
/// The file's schema is documented, key by key, in `config/berth.yaml`.
public struct Configuration: Sendable, Equatable {
  /// Where the registry is served, in the order of the file. Default: `127.0.0.1:5000`, plain HTTP.
  public var listeners = [ListenerSettings(address: .tcp(host: "127.0.0.1", port: 5000))]
  /// Where health, metrics and operations are served; nil serves them nowhere. Default: nil. Example: `127.0.0.1:5001`.
  public var admin: ListenerSettings?
  /// Who may use the admin listener, where that is asked. Default: nobody in particular.
  public var adminUsers = AdminUsers()
  /// Where health and metrics are served, and nothing else; nil for nowhere. Default: nil. Example: `0.0.0.0:9100`.
  public var metrics: ListenerSettings?
  /// Who may do what. Default: everybody may pull.
  public var access = AccessSettings.unset
  /// Proxies that say whose requests they pass on. Default: none.
  public var trustedProxies = TrustedProxies()
  /// Where clients reach this Berth, as they write it; nil if that is not told. Default: nil. Example:
  /// `https://berth.example`.
  public var externalURL: Origin?
  /// Origins whose pages may read the registry's answers in a browser. Default: none.
  public var browsers: [Origin] = []
  /// Where content is kept, and how much of it.
  public var store = StoreSettings()
  /// Patterns of images that are kept from eviction, as they are written. Default: none. Example:
  /// `docker.io/library/alpine:*`.
  public var pins: [String] = []
  /// The upstream of names that select none; always the canonical name of one of ``upstreams``. Default: `docker.io`.
  public var defaultUpstream: UpstreamName
  /// All registries that clients can select: the built-in ones and those of the file, sorted by name.
  public var upstreams: [UpstreamSettings]
  /// Those of ``upstreams`` that the file names or that are the default: what somebody expects to be used. Sorted by name.
  public var namedUpstreams: [UpstreamName]
  /// Which upstream a `Host` header selects where neither the name nor `ns` does, by host. Default: none.
  public var hosts: [UpstreamName: UpstreamName] = [:]
  /// Images that are fetched ahead of any client, again and again. Default: none.
  public var warm: [WarmSettings] = []
  /// Bounds on what comes from outside; the file sets `downloads.maxConcurrent` and those of `clients`.
  public var limits = Limits()
  /// Most bytes a second that one client is sent; nil for no bound. Default: nil.
  public var clientBandwidth: ByteSize?
  /// Whether upstreams are never asked: what is held is served, the rest is 404. Default: false.
  public var offline = false
  /// What is logged, and how it is written.
  public var log = LogSettings()
  /// What is allowed but doubtful, in the order of the file. Empty for the default configuration.
  public var warnings: [ConfigurationError.Problem] = []

  /// The configuration without any file: the defaults that are documented at each property.
  public static let `default` = Configuration(
    // The first of the built-in upstreams is Docker Hub, by its documentation and by a test of ours.
    defaultUpstream: UpstreamSettings.builtIn[0].name,
    upstreams: UpstreamSettings.builtIn.sorted { $0.name < $1.name },
    namedUpstreams: [UpstreamSettings.builtIn[0].name]
  )
}
