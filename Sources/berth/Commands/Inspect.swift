import ArgumentParser
import Glibc
import OCI

/// `berth inspect`: everything that is known of one image.
struct Inspect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a running Berth knows of one image.",
    discussion: """
      Digest, platforms, what is held and what is missing, where it comes from, when it was fetched and last confirmed, \
      what refers to it or signs it, and what the tag named before. The upstream is not asked.

      \(ExitStatus.help)
      """
  )

  @Argument(help: "The image: alpine, ghcr.io/acme/app:1.2, quay.io/acme/app@sha256:….")
  var image: String

  @OptionGroup var options: AdminOptions

  func run() async throws {
    try await options.run { client in
      let answer = try await client.get("image", [("name", image)])
      options.show(answer) { lines(answer, $0) }
    }
  }

  private func lines(_ image: JSONValue, _ terminal: Terminal) -> [String] {
    let now = Int64(time(nil))
    var lines = [terminal.style.title(image["name"].text)]
    func add(_ title: String, _ value: String) {
      if !value.isEmpty {
        lines.append("  \(title):\(String(repeating: " ", count: max(1, 12 - title.count)))\(value)")
      }
    }
    add("digest", image["digest"].text)
    add("type", image["mediaType"].text)
    let missing = image["missingBytes"].number
    add(
      "held",
      HumanText.bytes(image["heldBytes"].number) + (missing > 0 ? ", \(HumanText.bytes(missing)) missing" : "")
    )
    if image["fetchedAt"].int64 != nil {
      add("fetched", HumanText.age(of: image["fetchedAt"].int64, now: now))
      let isConfirmed = image["checkedAt"].int64 != nil
      let due = image["fresh"].flag ? "" : " (the next request asks the upstream again)"
      let state = due + (isConfirmed ? "" : ": an archive brought it")
      add("confirmed", HumanText.age(of: image["checkedAt"].int64, now: now) + state)
    }
    add("served", image["lastServedAt"].int64.map { HumanText.age(of: $0, now: now) } ?? "")
    let endpoints = image["endpoints"].list.map(\.text).joined(separator: ", ")
    add("from", image["imported"].flag ? "an archive that was imported" : endpoints)
    add("pinned by", image["pins"].list.map(\.text).joined(separator: ", "))
    add("refers to", image["subject"].text)
    add("attached", image["attachedTags"].list.map(\.text).joined(separator: ", "))
    return lines + platforms(image, terminal) + referrers(image, terminal) + history(image, terminal, now)
  }

  private func platforms(_ image: JSONValue, _ terminal: Terminal) -> [String] {
    guard image["platforms"].list.count > 1 || image["platforms"].list.first?["platform"].string != nil else {
      return []
    }
    var table = TextTable([
      .init(title: "PLATFORM"), .init(title: "DIGEST"), .init(title: "HELD", alignment: .right),
      .init(title: "MISSING", alignment: .right),
    ])
    for part in image["platforms"].list {
      table.add([
        part["platform"].string ?? "any", HumanText.digest(part["digest"].text),
        HumanText.bytes(part["heldBytes"].number),
        part["complete"].flag ? "" : part["missingBytes"].int64.map(HumanText.bytes) ?? "all",
      ])
    }
    return [""] + table.lines(width: terminal.size?.columns, style: terminal.style)
  }

  private func referrers(_ image: JSONValue, _ terminal: Terminal) -> [String] {
    guard !image["referrers"].list.isEmpty else { return [] }
    var table = TextTable([.init(title: "REFERRED TO BY"), .init(title: "TYPE", canShrink: true)])
    for referrer in image["referrers"].list {
      table.add([HumanText.digest(referrer["digest"].text), referrer["artifactType"].string ?? "not said"])
    }
    return [""] + table.lines(width: terminal.size?.columns, style: terminal.style)
  }

  private func history(_ image: JSONValue, _ terminal: Terminal, _ now: Int64) -> [String] {
    guard !image["history"].list.isEmpty else { return [] }
    var table = TextTable([.init(title: "NAMED BEFORE"), .init(title: "FETCHED"), .init(title: "UNTIL")])
    for move in image["history"].list {
      table.add([
        HumanText.digest(move["digest"].text), HumanText.age(of: move["fetchedAt"].int64, now: now),
        HumanText.age(of: move["replacedAt"].int64, now: now),
      ])
    }
    return [""] + table.lines(width: terminal.size?.columns, style: terminal.style)
  }
}
