import ArgumentParser
import Glibc
import OCI

/// `berth ls`: which images are held.
struct List: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List the images that a running Berth holds.",
    discussion: """
      A pattern is written like docker.io/library/alpine:3.* or ghcr.io/**: '*' is any text without a slash, '**' any \
      text, '?' one character. A name without its registry means the default upstream's. Images that clients pulled by \
      digest alone have no tag and are not listed; `berth inspect NAME@DIGEST` knows them.

      \(ExitStatus.help)
      """
  )

  @Argument(help: "Which images; all of them without it.")
  var pattern: String?

  @Flag(name: .shortAndLong, help: "Print names alone, one a line.")
  var quiet = false

  @OptionGroup var options: AdminOptions

  func run() async throws {
    try await options.run { client in
      let answer = try await client.get("images", pattern.map { [("pattern", $0)] } ?? [])
      let isNothing = answer["images"].list.isEmpty && pattern != nil
      options.show(answer) { terminal in
        if isNothing { return [] }
        return quiet ? answer["images"].list.map { $0["name"].text } : table(answer, on: terminal)
      }
      if isNothing {
        if !options.json { StandardError.print("berth: no image that is held matches \(answer["pattern"].text)") }
        throw ExitStatus.notThere
      }
      if answer["cut"].flag { StandardError.print("berth: there are more; give a pattern") }
    }
  }

  private func table(_ answer: JSONValue, on terminal: Terminal) -> [String] {
    var table = TextTable([
      .init(title: "IMAGE", canShrink: true), .init(title: "DIGEST", canBeLeftOut: true),
      .init(title: "HELD", alignment: .right),
      .init(title: "MISSING", alignment: .right), .init(title: "PLATFORMS", canShrink: true),
      .init(title: "FETCHED", canBeLeftOut: true),
      .init(title: "CONFIRMED", canBeLeftOut: true), .init(title: "PIN"),
    ])
    let now = Int64(time(nil))
    for image in answer["images"].list {
      let missing = image["missingBytes"].number
      table.add([
        image["name"].text, HumanText.digest(image["digest"].text), HumanText.bytes(image["heldBytes"].number),
        missing > 0 ? HumanText.bytes(missing) : image["complete"].flag ? "" : "all",
        platforms(image["platforms"].list.map(\.text)), HumanText.age(of: image["fetchedAt"].int64, now: now),
        HumanText.age(of: image["checkedAt"].int64, now: now), image["pinned"].flag ? "yes" : "",
      ])
    }
    return table.lines(width: terminal.size?.columns, style: terminal.style)
  }

  /// The first two, and how many more there are.
  private func platforms(_ names: [String]) -> String {
    let known = names.filter { $0 != "unknown/unknown" }
    let rest = known.count - 2
    return known.prefix(2).joined(separator: ", ") + (rest > 0 ? " +\(rest)" : "")
  }
}
