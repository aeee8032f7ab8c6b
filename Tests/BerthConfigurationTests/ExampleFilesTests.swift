import Access
import Foundation
import OCI
import Testing
import Upstream

@testable import BerthConfiguration

/// The files in `config/` are read as they stand, and `berth.yaml` documents the whole schema.
@Suite struct ExampleFilesTests {
  private static let folder = URL(filePath: #filePath).appending(path: "../../../config").standardizedFileURL

  static let files: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return names.map { $0.filter { $0.hasSuffix(".yaml") }.sorted() } ?? []
  }()

  private func text(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
  }

  /// `berth.yaml` with every setting switched on: '#' goes from lines where a key or an indented key follows it.
  private func everySetting() throws -> String {
    try text("berth.yaml").split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let rest = line.dropFirst()
      let isSetting = line.hasPrefix("#") && (rest.hasPrefix("  ") || rest.first.map(\.isLetter) == true)
      return isSetting && !isExplanation(rest) ? String(rest) : ""
    }.joined(separator: "\n")
  }

  /// The example of several listeners stands three spaces in, where no key of a setting stands.
  private func isExplanation(_ line: Substring) -> Bool {
    line.prefix { $0 == " " }.count % 2 == 1
  }

  @Test func thereAreSome() {
    #expect(Self.files.contains("berth.yaml"))
    #expect(Self.files.contains("minimal.yaml"))
  }

  @Test(arguments: files)
  func isReadWithoutComplaint(_ name: String) throws {
    _ = try read(try text(name))
  }

  @Test func asItStandsItSetsNothing() throws {
    #expect(try read(try text("berth.yaml")) == .default)
  }

  @Test func whatItShowsIsTheDefault() throws {
    var configuration = try ConfigurationFile.parse(
      SourceFile(text: try everySetting()),
      file: "berth.yaml",
      probe: FileProbe { _ in nil }
    )
    // Examples, as the file says at each.
    #expect(configuration.admin != nil)
    #expect(configuration.listeners.allSatisfy { $0.tls != nil })
    #expect(configuration.store.keepFree != nil && !configuration.pins.isEmpty)
    #expect(configuration.warm.count == 1)
    #expect(configuration.externalURL != nil && configuration.browsers.count == 1)
    #expect(configuration.metrics != nil && configuration.clientBandwidth != nil)
    guard case .rules(let access) = configuration.access else {
      Issue.record("no rules in the example")
      return
    }
    #expect(access.issuers.count == 1 && access.policy.rules.count == 2)
    configuration.access = .unset
    (configuration.metrics, configuration.clientBandwidth, configuration.trustedProxies) = (nil, nil, TrustedProxies())
    configuration.warm = []
    (configuration.externalURL, configuration.browsers) = (nil, [])
    configuration.admin = nil
    (configuration.store.keepFree, configuration.pins) = (nil, [])
    (configuration.limits.maxConnectionsPerClient, configuration.limits.requestsPerSecondPerClient) = (nil, nil)
    configuration.listeners = configuration.listeners.map { ListenerSettings(address: $0.address) }
    var example = try #require(configuration.upstreams.first { $0.name.description == "registry.example.com" })
    configuration.upstreams.removeAll { $0.name == example.name }
    configuration.hosts = [:]
    configuration.warnings = []
    configuration.namedUpstreams = Configuration.default.namedUpstreams
    #expect(configuration == .default)

    #expect(example.credentials.count == 4)
    #expect(!example.aliases.isEmpty && !example.tokenOrigins.isEmpty && !example.trustRoots.isEmpty)
    let newcomer = try #require(
      try read("upstreams: {registry.example.com: {}}").upstreams.first { $0.name == example.name }
    )
    #expect(example.clientCertificate != nil)
    example.clientCertificate = nil
    (example.credentials, example.aliases, example.tokenOrigins, example.trustRoots) = ([], [], [], [])
    #expect(example == newcomer)
  }

  @Test func everyKeyIsDocumented() throws {
    let findings = Findings()
    let root = try #require(YAMLDocument.read(try everySetting(), findings: findings))
    var shown = keys(of: root, path: "")
    #expect(findings.problems.isEmpty)
    // The keys of listeners stand in the examples of several.
    let listeners = try text("berth.yaml")
    for key in ListenerKey.allCases where listeners.contains("\(key.rawValue):") {
      shown.insert("listen.\(key.rawValue)")
    }
    for key in AdminKey.allCases where listeners.contains("\(key.rawValue):") {
      shown.insert("admin.\(key.rawValue)")
    }
    #expect(shown == Self.schema)
  }

  private static let schema: Set<String> = {
    let sections: [(String, [String])] = [
      ("", RootKey.allCases.map(\.rawValue)),
      ("listen.", ListenerKey.allCases.map(\.rawValue)),
      ("admin.", AdminKey.allCases.map(\.rawValue)),
      ("access.", AccessKey.allCases.map(\.rawValue)),
      ("access.identities.", IdentitiesKey.allCases.map(\.rawValue)),
      ("access.identities.clientCertificates.", CertificatesKey.allCases.map(\.rawValue)),
      ("access.identities.jwt.", IssuerKey.allCases.map(\.rawValue)),
      ("access.rules.", RuleKey.allCases.map(\.rawValue)),
      ("tls.", TLSKey.allCases.map(\.rawValue)),
      ("store.", StoreKey.allCases.map(\.rawValue)),
      ("timeouts.", TimeoutKey.allCases.map(\.rawValue)),
      ("downloads.", DownloadKey.allCases.map(\.rawValue)),
      ("clients.", ClientsKey.allCases.map(\.rawValue)),
      ("warm.", WarmKey.allCases.map(\.rawValue)),
      ("log.", LogKey.allCases.map(\.rawValue)),
      ("upstreams.NAME.", UpstreamKey.allCases.map(\.rawValue)),
      ("upstreams.NAME.clientCertificate.", TLSKey.allCases.map(\.rawValue)),
      ("upstreams.NAME.timeouts.", TimeoutKey.allCases.map(\.rawValue)),
      ("upstreams.NAME.credentials.", CredentialKey.allCases.map(\.rawValue)),
    ]
    return Set(sections.flatMap { prefix, keys in keys.map { prefix + $0 } })
  }()

  /// Groups whose keys are not the schema's.
  private static let namesOfOnesOwn: Set<String> = ["access.groups.", "access.identities.jwt.require."]

  /// The paths of all keys below a node, with NAME for a registry's name.
  private func keys(of node: YAMLNode, path: String) -> Set<String> {
    switch node.content {
    case .mapping(let entries):
      return entries.reduce(into: []) { found, entry in
        let key = path == "upstreams." ? "NAME" : entry.key
        if Self.namesOfOnesOwn.contains(path) { return }
        if path != "upstreams." { found.insert(path + key) }
        found.formUnion(keys(of: entry.value, path: "\(path)\(key)."))
      }
    case .sequence(let nodes):
      return nodes.reduce(into: []) { $0.formUnion(keys(of: $1, path: path)) }
    case .null, .scalar, .refused:
      return []
    }
  }
}
