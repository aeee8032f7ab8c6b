import OCI
import Testing

@testable import BerthConfiguration

@Suite struct WarmSectionTests {
  @Test func defaults() throws {
    let settings = try #require(try read("warm: [{images: [alpine]}]").warm.first)
    #expect(settings.images == ["alpine"])
    #expect(settings.platforms == .named([]))
    #expect(settings.interval == .seconds(3_600))
    #expect(!settings.includesReferrers)
  }

  @Test func allThatCanBeSaid() throws {
    let text = """
      warm:
        - images: [alpine:3.20, ghcr.io/acme/app]
          platforms: [linux/arm64]
          referrers: true
          every: 10m
        - {images: [busybox], platforms: all}
      pins: ["ghcr.io/**"]
      """
    let configuration = try read(text)
    let arm = try #require(Platform(parsing: "linux/arm64"))
    #expect(configuration.warm.map(\.platforms) == [.named([arm]), .all])
    #expect(configuration.warm.map(\.interval) == [.seconds(600), .seconds(3_600)])
    #expect(configuration.pins == ["ghcr.io/**"])
  }

  @Test(arguments: [
    ("warm: alpine", "1:7: warm: expected a list of groups of images to fetch ahead"),
    ("warm: [alpine]", "1:8: warm[0]: expected the keys images, platforms, referrers, every"),
    ("warm: [{every: 1h}]", "1:8: warm[0]: lacks the key 'images'"),
    ("warm: [{images: []}]", "1:17: warm[0].images: expected at least one image such as alpine:3.20"),
    ("warm: [{images: [a], every: 5s}]", "1:29: warm[0].every: expected 1m or longer"),
    (
      "warm: [{images: [a], platforms: [plan9]}]", "1:34: warm[0].platforms[0]: expected a platform such as linux/amd64"
    ),
    ("warm: [{images: [a], platform: all}]", "1:22: warm[0].platform: unknown key; did you mean 'platforms'?"),
    ("pins: ghcr.io/**", "1:7: pins: expected a list of patterns"),
  ])
  func refuses(_ text: String, _ complaint: String) {
    #expect(problems(text).first?.hasPrefix(complaint) == true, "\(problems(text))")
  }
}
