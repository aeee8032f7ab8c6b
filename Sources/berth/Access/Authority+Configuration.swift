import Access
import BerthConfiguration
import Logging
import OCI
import Upstream

extension Authority {
  /// The authority that a configuration describes: it fetches the keys of issuers that publish them over the upstreams' transport, and
  /// logs why a JWT is not taken.
  /// - Throws: `AccessFileError` for the first file that cannot be used.
  convenience init(_ configuration: Configuration, transport: UpstreamTransport, log: Logger) throws {
    let discovery = IssuerDiscovery(transport: transport, limits: configuration.limits, log: log)
    self.init(
      try AccessFiles.snapshot(configuration.access),
      limits: configuration.limits,
      fetchingKeys: { issuer in
        do {
          let keys = try await discovery.keys(of: issuer, maxBytes: JSONWebKeySet.maxBytes)
          return try JSONWebKeySet(parsing: keys)
        } catch {
          log.warning(
            "the keys of an issuer cannot be fetched",
            metadata: ["issuer": "\(issuer)", "error": "\(error)"]
          )
          throw error
        }
      },
      onRefusedJWT: { reason in log.info("a JWT is not taken", metadata: ["reason": "\(reason)"]) }
    )
  }
}
