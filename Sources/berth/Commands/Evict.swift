import ArgumentParser
import OCI

/// `berth evict`: take images out of the store.
struct Evict: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take images out of the store.",
    discussion: """
      The tags that the patterns mean are forgotten, and all content goes that no other tag needs. Pinned images stay. \
      Clients that are being served get the rest; who asks next makes Berth fetch the image again. When one of the \
      patterns means nothing that is held, nothing is changed.

      With --store it works on a store that no Berth serves. There an image that is named in full, without wildcards, \
      goes even if it is pinned; the pin itself stays, and covers what comes under that name later.

      \(ExitStatus.help)
      """
  )

  @Argument(
    help: ArgumentHelp("Which images: docker.io/library/alpine:3.*, ghcr.io/**, or '*' for all.", valueName: "image")
  )
  var patterns: [String]

  @Flag(name: .customLong("dry-run"), help: "Change nothing, tell what would go.")
  var isTrial = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Ask no running Berth: change the store in this directory, which none may own.",
      valueName: "dir"
    )
  )
  var store: String?

  @OptionGroup var options: AdminOptions

  func validate() throws {
    if store != nil, options.admin != nil {
      throw ValidationError("--admin means a running Berth, --store one that has ended: say one of them")
    }
  }

  func run() async throws {
    if let store {
      let eviction = StoreEviction(path: store, configurationFile: options.config)
      return try finish(try await eviction.run(patterns, isTrial: isTrial))
    }
    try await options.run { client in
      try finish(
        try await client.post("evict", ["patterns": .array(patterns.map { .string($0) }), "trial": .bool(isTrial)])
      )
    }
  }

  private func finish(_ answer: JSONValue) throws {
    options.show(answer) { lines(answer, $0) }
    let isLeft = !answer["pinned"].list.isEmpty
    if isLeft { throw answer["images"].list.isEmpty ? ExitStatus.failed : ExitStatus.partial }
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
