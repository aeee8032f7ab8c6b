public import OCI

/// All that is configured about one upstream: where it is, who asks, and what it may do to us.
public struct UpstreamSettings: Sendable, Equatable {
  /// The name by which clients and the store know it.
  public var name: UpstreamName
  /// Other names that clients use for the same registry.
  public var aliases: [UpstreamName]
  /// Mirrors of the same content, in the order in which they are tried. At least one.
  public var endpoints: [Endpoint]
  /// Who asks. The first rule that covers a repository is used; with none the upstream is asked anonymously.
  public var credentials: [CredentialRule] = []
  /// Where, besides the endpoints themselves, a token service may be shown the credentials.
  public var tokenOrigins: [Origin]
  /// PEM files of certificate authorities that are trusted for this upstream besides the system's.
  public var trustRoots: [String] = []
  /// Shown to the endpoints and token origins above where they want to know who asks; nobody else is shown it.
  public var clientCertificate: ClientCertificate?
  /// Whether it is asked through a proxy.
  public var proxy = ProxySetting.environment
  /// Whether redirects and token services may lead to loopback, link-local and private addresses.
  ///
  /// Endpoints and token origins that are written in the configuration may have such addresses in any case.
  public var allowPrivateAddresses = false
  /// Most downloads from this upstream at once.
  public var maxConcurrentTransfers = 16
  /// What is fetched ahead of a client that was sent a manifest.
  public var prefetch = Prefetch.none
  /// What is fetched when clients ask for parts of a blob. ``Lazy/fill``.
  public var lazy = Lazy.fill
  /// How long a tag is believed before the upstream is asked again.
  public var tagFreshness: Duration = .seconds(60)
  /// How long an answer for a tag that is held waits for the upstream's confirmation; after that the last good answer
  /// is given while the confirmation goes on behind.
  public var revalidationPatience: Duration = .seconds(1)
  /// How long after its last confirmation a tag may still be answered from the store when the upstream cannot be asked.
  public var maxStale: Duration = .seconds(30 * 24 * 3_600)
  /// How long a request waits for its turn when the upstream limits how much is asked.
  public var patience: Duration = .seconds(10)
  /// Whether a name of one segment means `library/<name>`, as on Docker Hub.
  public var impliesLibrary = false
  /// How long each stage of a request may take.
  public var timeouts = UpstreamTimeouts()

  /// An upstream with the defaults that are documented at each property.
  public init(
    name: UpstreamName,
    aliases: [UpstreamName] = [],
    endpoints: [Endpoint],
    tokenOrigins: [Origin] = []
  ) {
    (self.name, self.aliases) = (name, aliases)
    (self.endpoints, self.tokenOrigins) = (endpoints, tokenOrigins)
  }

  /// The registry itself, as opposed to mirrors of it; credentials are meant for it unless they say otherwise.
  var ownOrigin: Origin? {
    let builtIn = Self.builtIn.first { $0.name == name }?.endpoints ?? []
    return (endpoints.first { builtIn.contains($0) || $0.origin.authority == name.description } ?? endpoints.first)?
      .origin
  }

  /// Origins that the configuration names. They are dialled as written; credentials may go nowhere else.
  var configuredOrigins: Set<Origin> { Set(endpoints.map(\.origin) + tokenOrigins) }
}

/// What of an image is fetched from an upstream before a client asks for it, when the client was sent the manifest.
public enum Prefetch: String, Sendable, CaseIterable {
  /// Nothing.
  case none
  /// The configuration.
  case config
  /// The configuration, and the layers behind the first that the client asks for.
  case layers
}

/// How long Berth waits for an upstream, stage by stage.
public struct UpstreamTimeouts: Hashable, Sendable {
  /// Until a TCP connection stands, name look-up included.
  public var connect: Duration = .seconds(5)
  /// Until TLS is agreed upon. It is added to `connect`: together they bound the time to a usable connection.
  public var tls: Duration = .seconds(5)
  /// From the request to the head of its answer, connecting included.
  public var firstByte: Duration = .seconds(20)
  /// Longest silence within a body while Berth is ready to take more of it.
  public var read: Duration = .seconds(20)
  /// Until a whole document has arrived: a manifest, a page of a list, a token. Blobs have no such bound.
  public var document: Duration = .seconds(60)

  /// The defaults, as documented at each property.
  public init() {}
}

/// The certificate by which Berth shows who it is, to upstreams that want one (mutual TLS). Both files are PEM.
public struct ClientCertificate: Sendable, Hashable {
  /// The file of the certificate, and of those between it and the root.
  public var certificate: String
  /// The file of its private key, without a passphrase.
  public var key: String

  /// A certificate and its key.
  public init(certificate: String, key: String) { (self.certificate, self.key) = (certificate, key) }
}
