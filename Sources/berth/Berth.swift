import ArgumentParser
import OCI

/// The command line.
@main
struct Berth: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "berth",
    abstract: "A pull-through caching registry for container images.",
    discussion: """
      Point dockerd, containerd, Podman, BuildKit or k3s at it as a mirror: what Berth holds it serves from its store, \
      what it lacks it fetches once, streams to all who ask, verifies and keeps.
      """,
    version: BerthVersion.current,
    subcommands: [
      Serve.self, Check.self, List.self, Inspect.self, Stats.self, Top.self, Warm.self, Refresh.self, Pin.self,
      Unpin.self, Pins.self, Evict.self, Scrub.self, BundleCommand.self, ImportRegistryCommand.self,
      ClientSetupCommand.self,
      Healthcheck.self,
    ]
  )
}

/// The version of this build.
enum BerthVersion {
  static let current = "0.1.0"
}
