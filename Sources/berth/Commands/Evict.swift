import ArgumentParser
import OCI

/// `berth evict`: take images out of the store.
struct Evict: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take images out of the store.",
    discussion: """
      The tags that the pattern means are forgotten, and all content goes that no other tag needs. Pinned images stay. \
      Clients that are being served get the rest; who asks next makes Berth fetch the image again.
      \(ExitStatus.help)
      """
  )

  @Argument(help: "Which images: docker.io/library/alpine:3.*, ghcr.io/**, or '*' for all.")
  var pattern: String

  @Flag(name: .customLong("dry-run"), help: "Change nothing, tell what would go.")
  var isTrial = false

  @OptionGroup var options: AdminOptions

  func run() async throws {
    try await options.run { client in
      let answer = try await client.post("evict", ["pattern": .string(pattern), "trial": .bool(isTrial)])
      options.show(answer) { lines(answer, $0) }
      let isLeft = !answer["pinned"].list.isEmpty
      if isLeft { throw answer["images"].list.isEmpty ? ExitStatus.failed : ExitStatus.partial }
    }
  }

  private func lines(_ answer: JSONValue, _ terminal: Terminal) -> [String] {
    let verb = isTrial ? "would evict" : "evicted"
    let images = answer["images"].list.map { "\(verb) \($0.text)" }
    let pinned = answer["pinned"].list.map { terminal.style.doubtful("kept \($0.text): it is pinned") }
    let shared = answer["sharedBytes"].number
    let summary =
      "\(verb) \(HumanText.count(answer["contents"].number, "content")), "
      + HumanText.bytes(answer["bytes"].number)
      + (shared > 0 ? "; \(HumanText.bytes(shared)) stay for other images" : "")
    return images + pinned + [summary]
  }
}
