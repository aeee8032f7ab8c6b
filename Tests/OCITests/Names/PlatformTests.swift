import OCI
import Testing

@Suite struct PlatformTests {
  @Test(arguments: [
    ("linux/amd64", "linux/amd64"), ("linux/x86_64", "linux/amd64"), ("Linux/AMD64", "linux/amd64"),
    ("linux/amd64/v1", "linux/amd64"), ("linux/amd64/v3", "linux/amd64/v3"), ("linux/arm64", "linux/arm64/v8"),
    ("linux/aarch64", "linux/arm64/v8"), ("linux/arm64/v8", "linux/arm64/v8"), ("linux/arm64/8", "linux/arm64/v8"),
    ("linux/arm64/v9", "linux/arm64/v9"), ("linux/arm", "linux/arm/v7"), ("linux/arm/7", "linux/arm/v7"),
    ("linux/arm/v6", "linux/arm/v6"), ("linux/armhf", "linux/arm/v7"), ("linux/armel", "linux/arm/v6"),
    ("linux/i386", "linux/386"), ("macos/arm64", "darwin/arm64/v8"), ("linux/s390x", "linux/s390x"),
    ("arm64", "linux/arm64/v8"), ("x86-64", "linux/amd64"), ("riscv64", "linux/riscv64"),
    ("windows(10.0.17763)/amd64", "windows(10.0.17763)/amd64"),
  ])
  func normalisesWhatPeopleWrite(_ text: String, _ expected: String) {
    #expect(Platform(parsing: text)?.description == expected)
  }

  @Test(arguments: [
    "", "/", "linux", "linux/", "/amd64", "linux/amd64/", "linux/amd64/v1/x", "linux//v8", "li nux/amd64", "linux/é",
    "windows()/amd64", "windows(/amd64", "windows)/amd64", "(1)/amd64", "potato", String(repeating: "a", count: 200),
  ])
  func refuses(_ text: String) {
    #expect(Platform(parsing: text) == nil)
  }

  static let offers: [(Platform, String, Bool)] = [
    (Platform(os: "linux", architecture: "arm64"), "linux/arm64", true),
    (Platform(os: "linux", architecture: "arm64", variant: "v8"), "linux/arm64", true),
    (Platform(os: "linux", architecture: "arm64", variant: ""), "linux/arm64/v8", true),
    (Platform(os: "linux", architecture: "arm", variant: "v6"), "linux/arm", false),
    (Platform(os: "linux", architecture: "amd64", variant: "v3"), "linux/amd64", false),
    (Platform(os: "linux", architecture: "amd64"), "windows/amd64", false),
    (Platform(os: "unknown", architecture: "unknown"), "linux/amd64", false),
    (Platform(os: "windows", architecture: "amd64", osVersion: "10.0.17763.1457"), "windows(10.0.17763)/amd64", true),
    (Platform(os: "windows", architecture: "amd64", osVersion: "10.0.177639"), "windows(10.0.17763)/amd64", false),
    (Platform(os: "windows", architecture: "amd64"), "windows(10.0.17763)/amd64", false),
    (Platform(os: "windows", architecture: "amd64", osVersion: "10.0.17763.1457"), "windows/amd64", true),
  ]

  @Test(arguments: offers)
  func matches(_ offered: Platform, _ wanted: String, _ expected: Bool) throws {
    #expect(offered.matches(try #require(Platform(parsing: wanted))) == expected)
  }
}
