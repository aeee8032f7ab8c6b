import Glibc
import OCI

/// Tells how far fetching ahead has come: a bar on a terminal, elsewhere a line for each image that is done.
struct WarmReport {
  let isQuiet: Bool
  private let output = Terminal.output
  private let errors = Terminal.errors
  private var told: Set<Int> = []
  private var meter = SpeedMeter()

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  /// Shows where things stand.
  mutating func show(_ answer: JSONValue) {
    let images = answer["images"].list
    for (index, image) in images.enumerated() where !told.contains(index) {
      guard let line = line(of: image) else { continue }
      told.insert(index)
      clearBar()
      if image["state"].text == "failed" {
        errors.print(line)
      } else if !isQuiet {
        output.print(line)
      }
    }
    if let size = errors.currentSize, !answer["ended"].flag { drawBar(answer["images"], width: size.columns) }
  }

  /// Takes the bar away and sums up.
  mutating func end(_ answer: JSONValue) {
    clearBar()
    let images = answer["images"].list
    guard images.count > 1, !isQuiet else { return }
    let done = images.count { $0["state"].text == "completed" }
    let fetched = answer["images"].sum(of: "fetchedBytes")
    output.print(
      "\(done) of \(HumanText.count(Int64(images.count), "image")) warm, \(HumanText.bytes(fetched)) fetched"
    )
  }

  private func line(of image: JSONValue) -> String? {
    let name = image["name"].text
    switch image["state"].text {
    case "completed":
      let fetched = image["fetchedBytes"].number
      let size = HumanText.bytes(image["totalBytes"].number)
      return "\(output.style.good("warm")) \(name): \(size)"
        + (fetched > 0 ? ", \(HumanText.bytes(fetched)) fetched" : ", all held")
    case "failed": return "\(errors.style.bad("failed")) \(name): \(image["error"].text)"
    default: return nil
    }
  }

  private mutating func drawBar(_ all: JSONValue, width: Int) {
    let images = all.list
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    meter.note(bytes: all.sum(of: "fetchedBytes"), at: Double(now.tv_sec) + Double(now.tv_nsec) / 1e9)
    let ended = images.count { ["completed", "failed"].contains($0["state"].text) }
    let current = images.first { ["running", "limited"].contains($0["state"].text) } ?? .null
    let bar = ProgressLine(
      doneBytes: all.sum(of: "doneBytes"),
      totalBytes: all.sum(of: "totalBytes"),
      bytesPerSecond: meter.bytesPerSecond,
      counts: "\(ended)/\(images.count)",
      subject: current["state"].text == "limited"
        ? "\(current["name"].text) waits for a rate limit" : current["name"].text
    )
    errors.write("\r\u{1B}[K\(bar.text(width: width))")
  }

  private func clearBar() {
    if errors.size != nil { errors.write("\r\u{1B}[K") }
  }
}

/// A list of images in a file: one a line, `#` begins a comment. Pure.
enum WarmList {
  static func read(_ text: some StringProtocol) -> [String] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      let name = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return name.isEmpty ? nil : name
    }
  }
}
