import ArgumentParser
import BerthConfiguration
import Glibc
import NIOCore
import OCI

/// `berth scrub`: check everything that is held against its digest.
struct Scrub: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check everything that a running Berth holds against its digest.",
    discussion: """
      Runs in the server, beside requests. What is wrong is dropped, to be fetched again. Ctrl-C ends it; with \
      --background it goes on by itself and --status shows how far it is. Ends with 3 when something was wrong.

      \(ExitStatus.help)
      """
  )

  /// Bytes a second that leave a disk to those who are served from it.
  private static let usualRate: Int64 = 100_000_000

  @Option(
    name: .long,
    help: ArgumentHelp("Read no faster than this each second: 50MB, 1GiB. Without it: 100MB.", valueName: "size")
  )
  var rate: ByteSizeArgument?

  @Flag(name: .long, help: "Begin it and return at once.")
  var background = false

  @Flag(name: .long, help: "Begin nothing; show the one that runs, or the last one's result.")
  var status = false

  @OptionGroup var options: AdminOptions

  func run() async throws {
    try await options.run { client in
      if status { return try finish(try await client.get("scrub")) }
      var answer = try await client.post("scrub", ["bytesPerSecond": .number("\(rate?.bytes ?? Self.usualRate)")])
      if background {
        return options.show(answer) { _ in ["begun; `berth scrub --status` shows how far it is"] }
      }
      let interruption = await Interruption()
      var meter = SpeedMeter()
      while answer["running"].flag {
        draw(answer, &meter)
        await interruption.sleep(for: .milliseconds(200))
        if interruption.hasCome {
          _ = try await client.post("scrub/cancel", [:])
          clear()
          StandardError.print("berth: given up")
          throw ExitStatus.interrupted
        }
        answer = try await client.get("scrub")
      }
      clear()
      try finish(answer)
    }
  }

  private func finish(_ answer: JSONValue) throws {
    options.show(answer) { lines(answer, $0) }
    if answer["failure"].string != nil { throw ExitStatus.failed }
    if !wrong(answer).isEmpty { throw ExitStatus.partial }
  }

  private func wrong(_ answer: JSONValue) -> [(String, String)] {
    ["damaged", "missing", "unreadable"].flatMap { kind in answer[kind].list.map { (kind, $0.text) } }
  }

  private func lines(_ answer: JSONValue, _ terminal: Terminal) -> [String] {
    guard let began = answer["startedAt"].int64 else { return ["nothing has been checked since the server started"] }
    let sound =
      "\(HumanText.count(answer["soundContents"].number, "content")), "
      + "\(HumanText.bytes(answer["soundBytes"].number)) sound"
    let wrong = wrong(answer).map { terminal.style.bad("\($0) \($1)") }
    if answer["running"].flag {
      let share = HumanText.percent(answer["readBytes"].number, of: answer["totalBytes"].number)
      return wrong + ["running: \(share) checked, \(sound)"]
    }
    if let failure = answer["failure"].string { return wrong + ["ended early: \(failure); \(sound)"] }
    let took = HumanText.duration(seconds: answer["endedAt"].number.saturatingDifference(began))
    return wrong + ["\(sound), \(wrong.count) wrong, in \(took)"]
  }

  private func draw(_ answer: JSONValue, _ meter: inout SpeedMeter) {
    guard let size = Terminal.errors.currentSize else { return }
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    meter.note(bytes: answer["readBytes"].number, at: Double(now.tv_sec) + Double(now.tv_nsec) / 1e9)
    let bar = ProgressLine(
      doneBytes: answer["readBytes"].number,
      totalBytes: answer["totalBytes"].number,
      bytesPerSecond: meter.bytesPerSecond,
      counts: "\(wrong(answer).count) wrong",
      subject: ""
    )
    Terminal.errors.write("\r\u{1B}[K\(bar.text(width: size.columns))")
  }

  private func clear() {
    if Terminal.errors.size != nil { Terminal.errors.write("\r\u{1B}[K") }
  }
}

/// A size as the configuration writes it.
struct ByteSizeArgument: ExpressibleByArgument {
  let bytes: Int64

  init?(argument: String) {
    guard let size = try? ByteSize(parsing: argument), size.bytes > 0 else { return nil }
    bytes = size.bytes
  }
}
