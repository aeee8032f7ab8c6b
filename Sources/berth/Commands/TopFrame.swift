import OCI

/// What `berth top` shows at one instant, made from two looks at the server. Pure.
struct TopFrame {
  /// A look at the server.
  struct Look {
    var live: JSONValue
    /// When, in seconds of any clock that does not jump.
    var seconds: Double
    /// When, in seconds since 1970.
    var wallSeconds: Int64
  }

  let now: Look
  let before: Look?
  let shown: String
  /// What is wrong with the picture itself: that the server has not answered since.
  var notice: String?
  let style: TextStyle

  /// The lines, as many as fit.
  func lines(columns: Int?, rows: Int?) -> [String] {
    let head = summary + (notice.map { [style.bad($0)] } ?? []) + [""]
    let tail = warming + limits + troubles
    var transfers = transferTable(width: columns)
    if let rows {
      let room = max(2, rows - head.count - tail.count - 1)
      if transfers.count > room {
        let hidden = transfers.count - room + 1
        transfers = transfers.prefix(room - 1) + [style.faint("and \(hidden) more")]
      }
    }
    let all = (head + transfers + tail).map { line in columns.map { style.cut(line, to: $0) } ?? line }
    return rows.map { Array(all.prefix(max(1, $0 - 1))) } ?? all
  }

  private var elapsed: Double { before.map { max(0.001, now.seconds - $0.seconds) } ?? 0 }

  /// How fast a counter grows, each second.
  private func rate(_ number: (JSONValue) -> Int64) -> Double {
    guard let before else { return 0 }
    return Double(max(0, number(now.live["counters"]).saturatingDifference(number(before.live["counters"])))) / elapsed
  }

  private var summary: [String] {
    let (live, total) = (now.live, RequestSummary(now.live["counters"]))
    let requests = rate { RequestSummary($0).total }
    let served = HumanText.rate(bytesPerSecond: rate { $0["servedBytes"].number })
    let fetched = HumanText.rate(bytesPerSecond: rate { $0["fetchedBytes"].number })
    return [
      style.title("berth") + " at \(shown), up \(HumanText.duration(seconds: live["uptimeSeconds"].number)), "
        + HumanText.count(live["connections"].number, "client"),
      style.title("store") + "     \(StoreSummary(live["store"]).text)",
      style.title("requests") + "  \(Int(requests.rounded()))/s, \(recentHits)since start \(total.text)",
      style.title("traffic") + "   \(served) to clients, \(fetched) from upstreams, "
        + "\(HumanText.bytes(live["counters"]["savedBytes"].number)) saved",
      style.title("transfers") + " \(live["running"].number) running, \(live["waiting"].number) waiting",
    ]
  }

  private var recentHits: String {
    guard let before else { return "" }
    let (new, old) = (RequestSummary(now.live["counters"]), RequestSummary(before.live["counters"]))
    let easy = new.easy.saturatingDifference(old.easy)
    let misses = new.misses.saturatingDifference(old.misses)
    let all = easy.saturatingSum(misses)
    return all > 0 ? "\(HumanText.percent(easy, of: all)) without a fetch now, " : ""
  }

  private func transferTable(width: Int?) -> [String] {
    let transfers = now.live["transfers"].list
    guard !transfers.isEmpty else { return [style.faint("no transfers")] }
    var table = TextTable([
      .init(title: "REPOSITORY", canShrink: true), .init(title: "CONTENT", canBeLeftOut: true),
      .init(title: "DONE", alignment: .right), .init(title: "OF", alignment: .right, canBeLeftOut: true),
      .init(title: "", alignment: .right), .init(title: "SPEED", alignment: .right),
      .init(title: "CLIENTS", alignment: .right), .init(title: "SINCE", alignment: .right, canBeLeftOut: true),
    ])
    for transfer in transfers {
      let (received, total) = (transfer["receivedBytes"].number, transfer["totalBytes"].int64)
      table.add([
        transfer["repository"].text, HumanText.digest(transfer["digest"].text), HumanText.bytes(received),
        total.map(HumanText.bytes) ?? "?", total.map { HumanText.percent(received, of: $0) } ?? "waiting",
        HumanText.rate(bytesPerSecond: speed(of: transfer)), "\(transfer["followers"].number)",
        HumanText.duration(seconds: transfer["ageMilliseconds"].number / 1_000),
      ])
    }
    return table.lines(width: width, style: style)
  }

  private func speed(of transfer: JSONValue) -> Double {
    let digest = transfer["digest"].text
    let received = transfer["receivedBytes"].number
    if let earlier = before?.live["transfers"].list.first(where: { $0["digest"].text == digest }) {
      return Double(max(0, received.saturatingDifference(earlier["receivedBytes"].number))) / elapsed
    }
    let age = Double(transfer["ageMilliseconds"].number) / 1_000
    return age > 0 ? Double(received) / age : 0
  }

  private var warming: [String] {
    now.live["warming"].list.flatMap { job -> [String] in
      let images = job["images"].list
      let ended = images.count { ["completed", "failed"].contains($0["state"].text) }
      let current = images.first { ["running", "limited"].contains($0["state"].text) } ?? .null
      let state = current["state"].text == "limited" ? style.doubtful("waits for a rate limit: ") : ""
      return ["", style.title("warming") + " \(ended)/\(images.count)  \(state)\(current["name"].text)"]
    }
  }

  private var troubles: [String] {
    let lines = now.live["troubles"].list.flatMap { TroubleSummary($0).lines(now: now.wallSeconds) }
    return lines.isEmpty ? [] : [""] + lines.map { style.doubtful($0) }
  }

  private var limits: [String] {
    let limited = now.live["limits"].list
    guard !limited.isEmpty else { return [] }
    return [
      "",
      style.title("limits") + " "
        + limited.map { "\($0["upstream"].text) \(RateLimitSummary($0).text)" }.joined(separator: ", "),
    ]
  }
}
