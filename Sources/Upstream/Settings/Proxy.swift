import OCI

/// An HTTP proxy that is asked to connect Berth to registries (`CONNECT`, RFC 9110 §9.3.6), or handed requests for them whole where
/// they go in the clear (RFC 9112 §3.2.2).
public struct Proxy: Sendable, Hashable {
  /// Where it listens. Berth speaks plain HTTP to it; TLS is then spoken with the registry, through it.
  let origin: Origin
  /// A user and a password for the proxy itself, if it wants them.
  let credential: Credential?

  /// Who asks the proxy.
  struct Credential: Sendable, Hashable {
    /// As written, percent-encoding and all, so that it can be printed back.
    let writtenUser: Substring
    let username: String
    let password: Secret
  }

  /// Reads `http://[user[:password]@]host[:port]`; `http://` may be left out, as it often is in environment variables.
  /// What is percent-encoded in user and password is decoded.
  ///
  /// Nil if it is anything else. Proxies that are themselves asked over TLS, and SOCKS, are not supported.
  public init?(parsing text: some StringProtocol) {
    let text = text.contains("://") ? String(text) : "http://\(text)"
    guard text.lowercased().hasPrefix("http://") else { return nil }
    let rest = text.dropFirst("http://".count)
    let at = rest.lastIndex(of: "@")
    guard let origin = Origin(parsing: "http://\(at.map { rest[rest.index(after: $0)...] } ?? rest)") else {
      return nil
    }
    self.origin = origin
    guard let at else {
      credential = nil
      return
    }
    let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let user = parts.first, !user.isEmpty, let username = Self.decoding(user),
      let password = Self.decoding(parts.count == 2 ? parts[1] : "")
    else { return nil }
    credential = Credential(writtenUser: user, username: username, password: Secret(password))
  }

  /// Whether the text that it was read from holds a password.
  public var hasPassword: Bool { credential != nil }

  /// Undoes percent-encoding; nil where an escape is cut short, or what comes out is not text that a header can hold.
  private static func decoding(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let decoded = UInt8(String(rest.prefix(2)) ?? "", radix: 16), rest.count >= 2 else { return nil }
      bytes.append(decoded)
      rest = rest.dropFirst(2)
    }
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension Proxy: CustomStringConvertible {
  /// The proxy as a URL, with `•••` for the password.
  public var description: String {
    let user = credential.map { "\($0.writtenUser):\($0.password)@" } ?? ""
    return "http://\(user)\(origin.authority)"
  }
}

/// How an upstream is reached.
public enum ProxySetting: Sendable, Hashable {
  /// As `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` in Berth's environment say.
  case environment
  /// Without a proxy, whatever the environment says.
  case direct
  /// Through this proxy, all of it: the registry, its token service, and what it redirects to.
  case proxy(Proxy)
}
