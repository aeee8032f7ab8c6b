import ArgumentParser
import OCI

/// `berth refresh`: ask the upstream now what a tag stands for.
struct Refresh: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask the upstream now what a tag stands for.",
    discussion: """
      However fresh the last answer is. A tag that has moved is fetched: its manifest, not its layers; `berth warm` \
      fetches those too. A tag that the upstream has no longer is forgotten.

      \(ExitStatus.help)
      """
  )

  @Argument(help: "The image, with a tag.")
  var image: String

  @OptionGroup var options: AdminOptions

  func run() async throws {
    try await options.run { client in
      let answer = try await client.post("refresh", ["name": .string(image)])
      options.show(answer) { terminal in
        let digest = answer["digest"].text
        guard answer["moved"].flag else {
          let state = answer["before"].string == nil ? "is" : "is still"
          return ["\(answer["name"].text) \(state) \(digest)"]
        }
        return [terminal.style.doubtful("\(answer["name"].text) has moved from \(answer["before"].text) to \(digest)")]
      }
    }
  }
}
