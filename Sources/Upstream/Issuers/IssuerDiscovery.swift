public import Logging
import NIOCore
import NIOHTTP1
public import OCI

/// Fetches the keys of an issuer of tokens from where it publishes them (OpenID Connect Discovery 1.0 §4).
///
/// The issuer itself is dialled as the configuration writes it; where its document leads is judged like a redirect: over TLS only, and
/// to no address that an outsider may not name. Redirects are not followed.
public struct IssuerDiscovery: Sendable {
  /// Why there are no keys.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    /// What happened, on one line.
    public let description: String
  }

  /// Largest discovery document, in bytes.
  static let maxDocumentBytes = 64 << 10
  /// How long each of the two documents may take.
  static let timeout = Duration.seconds(10)

  private let transport: UpstreamTransport
  private let limits: Limits
  private let log: Logger

  /// A way to issuers over a transport that outlives it.
  public init(transport: UpstreamTransport, limits: Limits, log: Logger) {
    (self.transport, self.limits, self.log) = (transport, limits, log)
  }

  /// The bytes of the document at an issuer's `jwks_uri`, of `maxBytes` at the most.
  public func keys(of issuer: String, maxBytes: Int) async throws -> [UInt8] {
    guard let issuerURL = WebURL(parsing: issuer), issuerURL.query == nil,
      let name = try? UpstreamName(parsing: issuerURL.origin.authority),
      let endpoint = Endpoint(parsing: issuerURL.origin.description),
      let place = WebURL(
        parsing: "\(issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer)/.well-known/openid-configuration"
      )
    else { throw Failure(description: "\(issuer) is no URL that keys can be fetched from") }
    let settings = UpstreamSettings(name: name, endpoints: [endpoint])
    let dialer = Dialer(settings: settings, transport: transport, limits: limits, log: log)
    let document = try await fetch(place, dialer, maxBytes: Self.maxDocumentBytes)
    guard let object = try? StrictJSON.parse(document, maxBytes: Self.maxDocumentBytes, limits: limits).object,
      object["issuer"]?.string?.utf8.elementsEqual(issuer.utf8) == true
    else { throw Failure(description: "\(place.origin)'s discovery document is not that of \(issuer)") }
    guard let keys = object["jwks_uri"]?.string.flatMap({ WebURL(parsing: $0) }),
      keys.origin.scheme == .https || keys.origin == issuerURL.origin
    else { throw Failure(description: "\(issuer) names no place of its keys that can be asked over TLS") }
    return try await fetch(keys, dialer, maxBytes: maxBytes)
  }

  private func fetch(_ url: WebURL, _ dialer: Dialer, maxBytes: Int) async throws -> [UInt8] {
    do throws(UpstreamFailure) {
      let response = try await dialer.send(IssuerRequest(url: url))
      try await response.requireSuccess(limits: limits)
      return Array(try await response.collect(upTo: maxBytes, within: Self.timeout).readableBytesView)
    } catch {
      throw Failure(description: "\(url.origin): \(error)")
    }
  }
}

/// A request for a document that anybody may read.
private struct IssuerRequest: WireRequest {
  let url: WebURL
  var method: HTTPMethod { .GET }
  var headers: HTTPHeaders { ["Accept": "application/json"] }

  func refusal(_ reason: String) -> UpstreamFailure {
    .redirectRefused("\(url.origin.authority): \(reason); name a file with the issuer's keys instead")
  }
}
