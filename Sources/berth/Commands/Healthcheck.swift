import ArgumentParser
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Upstream

/// `berth healthcheck`: does the Berth beside me live? For containers, whose images have no other program to ask.
struct Healthcheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Exit with 0 if a running Berth answers /healthz on its admin listener, else with 1.",
    discussion: "The admin listener is found as the commands for operators find it; docker's HEALTHCHECK runs this."
  )

  @OptionGroup var options: AdminOptions

  @Flag(name: .long, help: "Ask /readyz instead: does it serve as it should?")
  var ready = false

  /// Below the time-out of a container's health check, so that the reason is told.
  private static let timeout = TimeAmount.seconds(3)

  private static let maxAnswerBytes = 16 << 10

  func run() async throws {
    let target = try options.client().target
    do {
      let request = target.request(ready ? "/readyz" : "/healthz")
      let answer = try await HTTPClient.forCommands.execute(request, timeout: Self.timeout)
      guard answer.status != .ok else { return }
      let body = try await answer.body.collect(upTo: Self.maxAnswerBytes)
      StandardError.print("berth: \(target.shown) answers \(answer.status.code): \(String(buffer: body))")
    } catch {
      StandardError.print("berth: nothing answers at \(target.shown): \(ConnectionFailureText.reason(error))")
    }
    throw ExitCode.failure
  }
}
