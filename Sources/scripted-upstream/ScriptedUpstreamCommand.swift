import ArgumentParser
import Foundation
import NIOPosix
import ScriptedUpstream

/// A container registry on loopback that misbehaves on demand, for tests and benchmarks.
@main
struct ScriptedUpstreamCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scripted-upstream",
    abstract: "A container registry on loopback that misbehaves on demand.",
    discussion: "Prints one line of JSON with its ports when it is ready. See docs/scripted-upstream.md."
  )

  @Option(help: "Where the registry listens, ADDRESS:PORT; port 0 is a free one.")
  var listen = "127.0.0.1:0"

  @Option(help: "Where the control interface listens.")
  var control = "127.0.0.1:0"

  @Option(help: "Where the storage that redirects lead to listens.")
  var storageListen = "127.0.0.1:0"

  @Option(help: "Where the token service listens.")
  var realmListen = "127.0.0.1:0"

  @Option(help: "Where the recorder listens.")
  var recorderListen = "127.0.0.1:0"

  @Option(help: "The host in URLs that are given out (realms, redirects).")
  var publicHost: String?

  @Option(help: "A PEM certificate: registry, storage and token service speak TLS.")
  var tlsCertificate: String?

  @Option(help: "The certificate's PEM key.")
  var tlsKey: String?

  @Option(help: "Bytes of each connection's send buffer; the kernel's choice if not given.")
  var sendBuffer: Int?

  @Option(help: "Newest requests that the log keeps at least.")
  var logCapacity = 100_000

  @Option(help: "Threads that serve connections.")
  var threads = 2

  @Option(help: "A file to write the ready line to as well; it appears whole.")
  var readyFile: String?

  @Flag(help: "End when standard input does.")
  var exitWithParent = false

  func validate() throws {
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-key belong together.")
    }
    guard threads > 0 else { throw ValidationError("--threads must be at least 1.") }
  }

  func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    let upstream = try await ScriptedUpstream.start(options, group: group)
    try report(upstream)
    if exitWithParent {
      await Self.endOfInput()
      await upstream.shutdown()
    } else {
      // Until a signal ends the process.
      while true { try await Task.sleep(for: .seconds(86_400)) }
    }
  }

  private var options: Options {
    var options = Options()
    options.addresses = [
      .registry: listen, .storage: storageListen, .token: realmListen, .recorder: recorderListen,
    ]
    options.control = control
    if let tlsCertificate, let tlsKey {
      options.tls = Options.TLSIdentity(certificateFile: tlsCertificate, keyFile: tlsKey)
    }
    options.publicHost = publicHost
    options.sendBufferBytes = sendBuffer
    options.logCapacity = logCapacity
    return options
  }

  private func report(_ upstream: ScriptedUpstream) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = try encoder.encode(ListeningReport(upstream)) + Data("\n".utf8)
    if let readyFile { try line.write(to: URL(fileURLWithPath: readyFile), options: .atomic) }
    try FileHandle.standardOutput.write(contentsOf: line)
  }

  /// Returns when standard input is at its end, as it is when the parent has gone.
  private static func endOfInput() async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) > 0 {}
        continuation.resume()
      }
    }
  }
}
