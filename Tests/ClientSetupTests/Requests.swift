import BerthConfiguration
import ClientSetup
import OCI
import Upstream

/// Requests and files as the tests write them.
enum Given {
  /// A Berth at `http://mirror.example:5000` with the built-in upstreams.
  static func request(
    _ upstreams: [String] = [],
    mirror: String = "http://mirror.example:5000",
    configuration: Configuration = .default
  ) throws -> SetupRequest {
    try SetupRequest(configuration, upstreams: upstreams, mirror: Mirror(url: mirror))
  }

  /// The same, by HTTPS, with a certificate authority that only the site knows.
  static func privateAuthority(_ upstreams: [String]) throws -> SetupRequest {
    var request = try request(upstreams, mirror: "https://mirror.example")
    request.certificateAuthority = "-----BEGIN CERTIFICATE-----\n"
    return request
  }

  /// The default configuration with one more upstream.
  static func configuration(adding name: String, endpoint: String) throws -> Configuration {
    var configuration = Configuration.default
    let parsed = [Endpoint(parsing: endpoint)].compactMap(\.self)
    configuration.upstreams.append(UpstreamSettings(name: try UpstreamName(parsing: name), endpoints: parsed))
    return configuration
  }
}

extension SetupPlan {
  /// The text of the file at `path`.
  func text(_ path: String) -> String? { files.first { $0.path == path }?.text }

  /// The file at `path` when `existing` stood there.
  func change(_ path: String, of existing: String?) throws -> FileChange? {
    try files.first { $0.path == path }?.change(of: existing)
  }
}
