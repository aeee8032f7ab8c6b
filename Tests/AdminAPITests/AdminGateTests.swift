import HTTPServer
import NIOHTTP1
import Testing

@testable import AdminAPI

/// Pages in a browser cannot give orders.
@Suite struct AdminGateTests {
  private let local = gate("127.0.0.1")

  private static func gate(_ host: String) -> AdminGate {
    let options = ListeningOptions(address: .tcp(host: host, port: 5001))
    return AdminGate(hosts: HostRule(options, externalHost: nil))
  }

  private func request(_ headers: HTTPHeaders) -> Request {
    Request(method: .POST, target: "/api/v1/evict", headers: headers, body: nil)
  }

  @Test(arguments: ["127.0.0.1:5001", "localhost:5001", "localhost", "[::1]:5001", ""])
  func commandsPass(_ host: String) {
    #expect(local.refusal(of: request(["Host": host, "Berth-Admin": "1"])) == nil)
  }

  @Test(arguments: [
    ["Host": "127.0.0.1:5001"],
    ["Host": "127.0.0.1:5001", "Berth-Admin": "0"],
    ["Host": "127.0.0.1:5001", "Berth-Admin": "1", "Origin": "https://evil.example"],
    ["Host": "127.0.0.1:5001", "Berth-Admin": "1", "Sec-Fetch-Site": "same-origin"],
    ["Host": "evil.example:5001", "Berth-Admin": "1"],
    ["Host": "127.0.0.1.evil.example", "Berth-Admin": "1"], ["Host": "[evil.example]", "Berth-Admin": "1"],
  ])
  func pagesDoNot(_ headers: [String: String]) {
    #expect(local.refusal(of: request(HTTPHeaders(headers.map { ($0.key, $0.value) }))) != nil)
  }

  @Test func aListenerOnTheNetworkHasANameOfItsOwn() {
    let gate = Self.gate("0.0.0.0")
    #expect(gate.refusal(of: request(["Host": "berth.example:5001", "Berth-Admin": "1"])) == nil)
  }
}
