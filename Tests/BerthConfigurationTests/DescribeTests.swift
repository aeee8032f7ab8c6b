import OCI
import Testing
import Upstream

@testable import BerthConfiguration

@Suite struct DescribeTests {
  private func readBack(_ configuration: Configuration, listsAll: Bool = false) throws -> Configuration {
    var read = try ConfigurationFile.parse(
      SourceFile(text: configuration.describe(listsAll: listsAll)),
      file: "berth.yaml",
      probe: FileProbe { _ in nil }
    )
    read.warnings = configuration.warnings
    read.namedUpstreams = configuration.namedUpstreams
    return read
  }

  @Test func theDefaultIsReadBack() throws {
    #expect(try readBack(.default) == .default)
    #expect(try readBack(.default, listsAll: true) == .default)
  }

  @Test func whatAFileSaysIsReadBack() throws {
    let configuration = try read(
      #"""
      listen: [0.0.0.0:443, {address: "[::1]:1", tls: {certificate: "/a b.crt", key: "/ключ"}}, unix:/s]
      admin: 127.0.0.1:5001
      store: {path: "/var/ü\"x\\\x01", capacity: 1.5TB}
      defaultUpstream: corp.example
      downloads: {maxConcurrent: 3}
      clients: {maxConnections: 200, requestsPerSecond: 50}
      offline: true
      prefetch: layers
      lazy: ranges
      log: {level: trace, format: json}
      pins: ["docker.io/library/alpine:3.*"]
      warm:
        - {images: ["a b"], platforms: all, referrers: true, every: 90m}
        - {images: [alpine, x@sha256:1], platforms: [linux/arm/v7]}
      upstreams:
        corp.example:
          hosts: [corp.mirror.example]
          aliases: [corp, "null"]
          credentials: [{username: "- x", passwordFile: "/p: #"}, {dockerConfig: /d, repositories: ["a/*"]}]
          timeouts: {read: 1h30m}
          prefetch: config
          lazy: fill
      """#
    )
    #expect(try readBack(configuration) == configuration)
    #expect(try readBack(configuration, listsAll: true) == configuration)
  }

  @Test func whatIsAsItWasIsNotShown() throws {
    let text = try read("upstreams: {quay.io: {tagFreshness: 1h}, corp.example: {}}").describe()
    #expect(text.contains("  quay.io:\n    tagFreshness: 1h\n"))
    #expect(text.contains("  corp.example: {}\n"))
    #expect(!text.contains("\n  docker.io") && text.contains(" docker.io,"))
    #expect(text.split(separator: "\n").count < 50)
    #expect(Configuration.default.describe(listsAll: true).contains("\n  docker.io:\n    endpoints:"))
  }

  @Test func passwordsAreNotShown() throws {
    let configuration = try read("upstreams: {quay.io: {credentials: [{username: bot, password: s3cret}]}}")
    #expect(!configuration.describe().contains("s3cret"))
    #expect(configuration.describe().contains(#"password: "•••""#))
  }
}
