import ArgumentParser
import Glibc
import OCI

/// `berth pin`: keep images from eviction.
struct Pin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Keep images in the store, however seldom they are asked for.",
    discussion: """
      A pin is a pattern such as docker.io/library/alpine:3.* and keeps what is held of each image that it means: the \
      index, the platforms that are held, configurations, layers, signatures and other referrers; and what comes later. \
      It fetches nothing: `berth warm` does. One that does not fit into the store is refused.

      \(ExitStatus.help)
      """
  )

  @Argument(help: "Which images.")
  var pattern: String

  @OptionGroup var options: AdminOptions

  func run() async throws {
    try await options.run { client in
      let answer = try await client.post("pin", ["pattern": .string(pattern)])
      options.show(answer) { _ in
        let contents = HumanText.count(answer["contents"].number, "content")
        let kept = "pinned \(answer["pattern"].text): \(contents), \(HumanText.bytes(answer["bytes"].number))"
        return [answer["contents"].number == 0 ? "\(kept); nothing that is held matches yet" : kept]
      }
    }
  }
}

/// `berth unpin`: let images be evicted again.
struct Unpin: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take a pin back.",
    discussion: "Pins of the configuration are taken back there.\n\(ExitStatus.help)"
  )

  @Argument(help: "The pattern, as it was pinned.")
  var pattern: String

  @OptionGroup var options: AdminOptions

  func run() async throws {
    try await options.run { client in
      let answer = try await client.post("unpin", ["pattern": .string(pattern)])
      options.show(answer) { _ in ["unpinned \(answer["pattern"].text)"] }
    }
  }
}

/// `berth pins`: which pins there are.
struct Pins: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the pins.", discussion: ExitStatus.help)

  @OptionGroup var options: AdminOptions

  func run() async throws {
    try await options.run { client in
      let answer = try await client.get("pins")
      options.show(answer) { terminal in
        var table = TextTable([
          .init(title: "PATTERN", canShrink: true), .init(title: "CONTENTS", alignment: .right),
          .init(title: "SIZE", alignment: .right), .init(title: "FROM"), .init(title: "RENEWED"),
        ])
        let now = Int64(time(nil))
        for pin in answer["pins"].list {
          table.add([
            pin["pattern"].text, "\(pin["contents"].number)", HumanText.bytes(pin["bytes"].number), pin["origin"].text,
            HumanText.age(of: pin["pinnedAt"].int64, now: now),
          ])
        }
        return table.lines(width: terminal.size?.columns, style: terminal.style)
      }
    }
  }
}
