import ArgumentParser
import Glibc
import OCI

/// `berth stats`: what is held, and what has been served.
struct Stats: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a running Berth holds and has served since its start.",
    discussion: ExitStatus.help
  )

  @OptionGroup var options: AdminOptions

  func run() async throws {
    try await options.run { client in
      let answer = try await client.get("stats")
      options.show(answer) { lines(answer, $0) }
    }
  }

  private func lines(_ stats: JSONValue, _ terminal: Terminal) -> [String] {
    let store = stats["store"]
    let counters = stats["counters"]
    let summary = RequestSummary(counters)
    var lines: [String] = []
    func add(_ title: String, _ value: String) {
      lines.append("\(terminal.style.title(title))\(String(repeating: " ", count: max(1, 11 - title.count)))\(value)")
    }
    add("berth", "\(stats["version"].text), up \(HumanText.duration(seconds: stats["uptimeSeconds"].number))")
    add("store", StoreSummary(store).text)
    add("requests", "\(summary.total), \(summary.text)")
    add(
      "bytes",
      "\(HumanText.bytes(counters["servedBytes"].number)) served, "
        + "\(HumanText.bytes(counters["savedBytes"].number)) saved, "
        + "\(HumanText.bytes(counters["fetchedBytes"].number)) fetched"
    )
    add("downloads", "\(stats["downloads"]["running"].number) running, \(stats["downloads"]["waiting"].number) waiting")
    add("clients", HumanText.count(stats["connections"].number, "connection"))
    add("pins", "\(stats["pins"].number)")
    return lines + upstreams(stats, terminal) + troubles(stats, terminal)
  }

  private func troubles(_ stats: JSONValue, _ terminal: Terminal) -> [String] {
    let lines = stats["troubles"].list.flatMap { TroubleSummary($0).lines(now: Int64(time(nil))) }
    return lines.isEmpty ? [] : [""] + lines.map { terminal.style.doubtful($0) }
  }

  private func upstreams(_ stats: JSONValue, _ terminal: Terminal) -> [String] {
    let upstreams = stats["upstreams"].list
    guard !upstreams.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "UPSTREAM", canShrink: true), .init(title: "SERVED", alignment: .right),
      .init(title: "SAVED", alignment: .right), .init(title: "FETCHED", alignment: .right),
      .init(title: "HITS", alignment: .right), .init(title: "ASKED", alignment: .right),
      .init(title: "ERRORS", alignment: .right), .init(title: "ALLOWANCE", alignment: .right),
    ])
    for upstream in upstreams {
      let counters = upstream["counters"]
      let allowance = stats["allowances"].list.first { $0["upstream"] == upstream["name"] }
      table.add([
        upstream["name"].text, HumanText.bytes(counters["servedBytes"].number),
        HumanText.bytes(counters["savedBytes"].number), HumanText.bytes(counters["fetchedBytes"].number),
        RequestSummary(counters).hitShare, "\(counters["upstreamRequests"].number)",
        "\(counters["upstreamErrors"].number)", RateLimitSummary(allowance ?? .null).text,
      ])
    }
    return [""] + table.lines(width: terminal.size?.columns, style: terminal.style)
  }
}
