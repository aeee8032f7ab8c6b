import ArgumentParser
import BerthConfiguration
import Glibc
import NIOCore
import OCI
import UnixSignals

/// `berth warm`: fetch images ahead of any client.
struct Warm: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fetch images ahead of any client.",
    discussion: """
      The running Berth fetches them one after the other, behind all clients, and waits where an upstream limits it. \
      What is held is not fetched again; a tag that is due is confirmed first. Ctrl-C gives up what is not done yet. \
      The configuration's key 'warm' keeps a list warm without this command.

      \(ExitStatus.help)
      """
  )

  @Argument(help: "The images: alpine, ghcr.io/acme/app:1.2, ….")
  var images: [String] = []

  @Option(
    name: .shortAndLong,
    help: "A file with one image a line, '#' begins a comment; - reads standard input.",
    completion: .file()
  )
  var file: String?

  @Option(
    name: .long,
    help: "linux/amd64, linux/arm64, …, or all; may be repeated. Without it, what the server runs on."
  )
  var platform: [String] = []

  @Flag(name: .long, help: "Fetch signatures and other referrers too.")
  var withReferrers = false

  @Option(name: .long, help: ArgumentHelp("Do it again after this pause, for ever: 30m, 1h.", valueName: "pause"))
  var watch: DurationArgument?

  @OptionGroup var options: AdminOptions

  func validate() throws {
    if images.isEmpty, file == nil { throw ValidationError("name at least one image, or a list with --file") }
  }

  func run() async throws {
    try await options.run { client in
      let names = images + (try file.map { try readList($0) } ?? [])
      guard !names.isEmpty else { throw ValidationError("the list holds no image") }
      let order: JSONValue = [
        "names": .array(names.map { .string($0) }),
        "platforms": .array(platform.map { .string($0) }),
        "referrers": .bool(withReferrers),
      ]
      let interruption = await Interruption()
      repeat {
        let status = try await warm(order, client, interruption)
        guard watch != nil else {
          if let status { throw status }
          return
        }
        await interruption.sleep(for: watch?.duration ?? .zero)
      } while !interruption.hasCome
      throw ExitStatus.interrupted
    }
  }

  /// One round.
  /// - Returns: the status to end with, if it is not 0.
  private func warm(
    _ order: JSONValue,
    _ client: AdminClient,
    _ interruption: Interruption
  ) async throws -> ExitCode? {
    var answer = try await client.post("warm", order)
    let job = answer["job"]
    var report = WarmReport(isQuiet: options.json)
    while !answer["ended"].flag {
      if interruption.hasCome {
        _ = try await client.post("warm/cancel", ["job": job])
        report.end(answer)
        StandardError.print("berth: given up")
        throw ExitStatus.interrupted
      }
      report.show(answer)
      await interruption.sleep(for: .milliseconds(Terminal.errors.size == nil ? 500 : 200))
      answer = try await client.get("warm", [("job", "\(job.number)")])
    }
    report.show(answer)
    report.end(answer)
    if options.json { options.show(answer) { _ in [] } }
    let failed = answer["images"].list.count { $0["state"].text == "failed" }
    guard failed > 0 else { return nil }
    return failed == answer["images"].list.count ? ExitStatus.failed : ExitStatus.partial
  }

  private func readList(_ path: String) throws -> [String] {
    var text: String
    if path == "-" {
      text = ""
      while let line = readLine(strippingNewline: false) { text += line }
    } else {
      guard let read = TextFile.read(path) else {
        throw ValidationError("cannot read \(path): \(String(cString: strerror(errno)))")
      }
      text = read
    }
    return WarmList.read(text)
  }
}

/// A duration as the configuration writes it.
struct DurationArgument: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    guard let duration = try? DurationText.parse(argument), duration > .zero else { return nil }
    self.duration = duration
  }
}
