// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is compiled alike: Swift 6 mode, warnings are errors, imports are explicit and internal.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.target(name: name)] + dependencies,
    swiftSettings: strict
  )
}

/// Nobody loads code into Berth, so it exports nothing, and its relocations are packed: less than a tenth of the file, but
/// pages that every start would touch, a fifth of what is resident. The toolchain's lld knows how, gold does not.
let small = LinkerSetting.unsafeFlags(
  ["-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"],
  .when(platforms: [.linux], configuration: .release)
)

/// `Tests/Fuzz`: a test target that replays its corpora or, for `Tests/run fuzz`, a program that libFuzzer drives, which only
/// links when everything is built for it.
let fuzzing: Target = {
  let (folder, isProgram) = ("Tests/Fuzz", Context.environment["BERTH_FUZZ"] != nil)
  let modules: [Target.Dependency] = [
    "OCI", "Store", "Upstream", "PullThrough", "Administration", "HTTPServer", "RegistryAPI", "AdminAPI",
    "Bundle", "BerthConfiguration", "Access", nioCore, nioHTTP1,
  ]
  let live = ["requests", "answers", "files", "support"].map { "live_\($0).py" }
  let (name, own, other) = isProgram ? ("fuzz", "Entry", "Replay") : ("FuzzTests", "Replay", "Entry")
  let (sources, rest) = (["Targets", own], ["corpus", "run", other] + live)
  return isProgram
    ? .executableTarget(
      name: name,
      dependencies: modules,
      path: folder,
      exclude: rest,
      sources: sources,
      swiftSettings: strict
    )
    : .testTarget(
      name: name,
      dependencies: modules,
      path: folder,
      exclude: rest,
      sources: sources,
      swiftSettings: strict
    )
}()

let package = Package(
  name: "berth",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "berth", targets: ["berth"]),
    .executable(name: "scripted-upstream", targets: ["scripted-upstream"]),
    .executable(name: "store-benchmark", targets: ["store-benchmark"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CLMDB", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSpawn"),
    .systemLibrary(name: "CReadNow"),
    .systemLibrary(name: "CSyncFS"),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
    .systemLibrary(name: "CProcess"),
    module("Memory", []),
    module("OCI", ["COpenSSL"]),
    module("Access", ["OCI", "CCrypt", "COpenSSL"]),
    module("LMDB", ["CLMDB"]),
    module("BlockingIO", ["CReadNow", "CSyncFS", nioCore]),
    module("Store", ["BlockingIO", "OCI", "LMDB", logging]),
    module("Certificates", [nioSSL]),
    module(
      "Upstream",
      ["Certificates", "Memory", "OCI", "CSpawn", nioCore, nioPosix, nioHTTP1, nioSSL, asyncHTTPClient, logging]
    ),
    module("PullThrough", ["BlockingIO", "Memory", "OCI", "Store", "Upstream", nioCore, logging, deque]),
    module("Administration", ["BlockingIO", "OCI", "PullThrough", "Store", "Upstream", nioCore, logging]),
    module(
      "HTTPServer",
      ["BlockingIO", "CProcess", "Certificates", "OCI", nioCore, nioPosix, nioHTTP1, nioSSL, logging, deque]
    ),
    module(
      "RegistryAPI",
      ["Access", "Certificates", "HTTPServer", "Memory", "OCI", "PullThrough", nioCore, nioHTTP1, logging]
    ),
    module(
      "AdminAPI",
      ["Administration", "BlockingIO", "HTTPServer", "Memory", "OCI", "PullThrough", nioCore, nioHTTP1]
    ),
    module(
      "RegistryServer",
      ["Access", "AdminAPI", "Administration", "HTTPServer", "OCI", "PullThrough", "RegistryAPI", nioCore, logging]
    ),
    module("Bundle", ["OCI"]),
    module("BerthConfiguration", ["Access", "Certificates", "OCI", "Upstream", yams]),
    module("ClientSetup", ["OCI", "Upstream", "BerthConfiguration", yams]),
    .executableTarget(
      name: "berth",
      dependencies: [
        "Access", "AdminAPI", "Administration", "HTTPServer", "Memory", "OCI", "CMalloc", "CProcess", "Store",
        "Upstream", "PullThrough",
        "RegistryServer",
        "BerthConfiguration", "Bundle", "ClientSetup", nioCore, nioPosix, nioHTTP1, asyncHTTPClient,
        logging, argumentParser, unixSignals,
      ],
      swiftSettings: strict,
      linkerSettings: [small]
    ),
    module("ScriptedUpstream", ["OCI", nioCore, nioPosix, nioHTTP1, nioSSL]),
    .executableTarget(
      name: "scripted-upstream",
      dependencies: ["ScriptedUpstream", nioPosix, argumentParser],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "store-benchmark",
      dependencies: ["OCI", "Store", logging, argumentParser],
      path: "benchmarks/store-benchmark",
      swiftSettings: strict
    ),
    // What several tests share.
    .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: strict),
    tests(of: "Memory", []),
    tests(of: "OCI", ["SeededRandom"]),
    tests(of: "Access", ["OCI"]),
    tests(of: "LMDB", []),
    tests(of: "Certificates", [nioSSL]),
    tests(of: "BlockingIO", [nioCore]),
    tests(of: "Store", ["SeededRandom", "OCI", "LMDB", logging]),
    tests(of: "Upstream", ["OCI", nioCore, nioPosix, nioHTTP1, nioSSL, logging]),
    tests(
      of: "PullThrough",
      ["SeededRandom", "LMDB", "Memory", "OCI", "Store", "Upstream", "ScriptedUpstream", nioCore, nioPosix, logging]
    ),
    tests(of: "Administration", ["OCI", "PullThrough", "Store", "Upstream", nioCore, logging]),
    tests(of: "HTTPServer", ["OCI", nioCore, nioHTTP1, nioEmbedded, logging]),
    tests(
      of: "RegistryAPI",
      [
        "SeededRandom", "Access", "HTTPServer", "OCI", "PullThrough", "Store", "Upstream", nioCore, nioHTTP1, nioPosix,
        logging,
      ]
    ),
    tests(of: "AdminAPI", ["HTTPServer", nioHTTP1]),
    tests(of: "Bundle", ["OCI"]),
    tests(of: "BerthConfiguration", ["Access", "Certificates", "OCI", "Upstream"]),
    tests(of: "ClientSetup", ["OCI", "Upstream", "BerthConfiguration"]),
    .testTarget(
      name: "BerthTests",
      dependencies: ["berth", "Access", "BerthConfiguration", logging],
      swiftSettings: strict
    ),
    tests(of: "ScriptedUpstream", ["OCI", nioCore, nioPosix, nioHTTP1, nioSSL]),
    fuzzing,
  ]
)
