import ArgumentParser
import Glibc
import NIOCore
import OCI

/// `berth top`: what goes on, live.
struct Top: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch what a running Berth does.",
    discussion: """
      Transfers with progress, speed and waiting clients, hit rate, limits of upstreams, images being fetched ahead. q or \
      Ctrl-C ends it. Where the output is no terminal, one picture of one second is printed.

      \(ExitStatus.help)
      """
  )

  @Option(name: .long, help: "Seconds between two looks.")
  var interval: Double = 1

  @OptionGroup var options: AdminOptions

  func validate() throws {
    guard (0.1...3_600).contains(interval) else { throw ValidationError("--interval is from 0.1 to 3600 seconds") }
  }

  func run() async throws {
    try await options.run { client in
      if options.json {
        options.show(try await client.get("live")) { _ in [] }
      } else if Terminal.output.size == nil {
        try await printOnce(client)
      } else {
        try await watch(client)
      }
    }
  }

  private func printOnce(_ client: AdminClient) async throws {
    let before = try await look(client)
    try await Task.sleep(for: .seconds(min(interval, 1)))
    let frame = TopFrame(now: try await look(client), before: before, shown: client.target.shown, style: .plain)
    Terminal.output.print(frame.lines(columns: nil, rows: nil))
  }

  private func watch(_ client: AdminClient) async throws {
    let terminal = Terminal.output
    var before = try await look(client)
    let interruption = await Interruption()
    let keyboard = RawKeyboard { key in
      if key == UInt8(ascii: "q") || key == UInt8(ascii: "Q") { interruption.come() }
    }
    // The other screen, without a cursor: what stood here before comes back at the end.
    terminal.write("\u{1B}[?1049h\u{1B}[?25l")
    defer {
      terminal.write("\u{1B}[?25h\u{1B}[?1049l")
      keyboard?.restore()
    }
    var earlier: TopFrame.Look?
    var notice: String?
    while !interruption.hasCome {
      let shown = client.target.shown
      draw(TopFrame(now: before, before: earlier, shown: shown, notice: notice, style: terminal.style), terminal)
      await interruption.sleep(for: .seconds(interval))
      if interruption.hasCome { return }
      do throws(AdminClient.Failure) {
        let next = try await look(client)
        (earlier, before, notice) = (before, next, nil)
      } catch {
        // It may be restarted just now: what was last seen stays, until it answers again.
        guard error.status == ExitStatus.noServer else { throw error }
        notice = "no answer since \(HumanText.clockTime(before.wallSeconds)); trying again"
      }
    }
  }

  private func draw(_ frame: TopFrame, _ terminal: Terminal) {
    let size = terminal.currentSize ?? (80, 24)
    let lines = frame.lines(columns: size.columns, rows: size.rows)
    // Each line is cleared, then all below: nothing flickers as it would if the screen were cleared first. Cleared before
    // it is written: behind a line as wide as the terminal, its last character would be.
    terminal.write("\u{1B}[H" + lines.map { "\u{1B}[2K\($0)\r\n" }.joined() + "\u{1B}[J")
  }

  private func look(_ client: AdminClient) async throws(AdminClient.Failure) -> TopFrame.Look {
    let live = try await client.get("live", timeout: .seconds(10))
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return TopFrame.Look(
      live: live,
      seconds: Double(now.tv_sec) + Double(now.tv_nsec) / 1e9,
      wallSeconds: Int64(time(nil))
    )
  }
}
