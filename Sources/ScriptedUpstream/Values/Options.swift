/// How the tool is started.
public struct Options: Sendable {
  /// A certificate with its key, both PEM files.
  public struct TLSIdentity: Sendable, Equatable {
    /// The certificate, leaf first.
    public var certificateFile: String
    /// Its private key.
    public var keyFile: String

    /// A certificate with its key.
    public init(certificateFile: String, keyFile: String) {
      self.certificateFile = certificateFile
      self.keyFile = keyFile
    }
  }

  /// Where each origin listens; 127.0.0.1 and a free port where nothing is said.
  public var addresses: [Origin: String] = [:]
  /// Where the control interface listens; nil for none, as for tests that call the Swift API.
  public var control: String?
  /// Makes registry, storage and token origins speak TLS. The recorder stays plain.
  public var tls: TLSIdentity?
  /// The host in the URLs that the tool gives out (realms, redirects); that of the address listened on when nil.
  public var publicHost: String?
  /// The size of connections' send buffers. A small one makes "sent" mean nearly "received"; the kernel's own choice,
  /// megabytes, when nil.
  public var sendBufferBytes: Int?
  /// How many of the newest requests the log keeps at least.
  public var logCapacity = 100_000

  /// Free ports on 127.0.0.1, plain HTTP, no control interface.
  public init() {}
}

/// One of the tool's listeners, each an origin (scheme, host and port) of its own to whoever calls it.
public enum Origin: String, Sendable, Codable, CaseIterable, CodingKeyRepresentable {
  /// The registry: `/v2/…`.
  case registry
  /// Where redirects of content lead: signed-looking links, as of an object store or a CDN.
  case storage
  /// The token service.
  case token
  /// Records whatever is sent and answers 200: the place where nothing should arrive. Plain HTTP even when the others
  /// speak TLS.
  case recorder
}
