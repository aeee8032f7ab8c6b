import OCI
import Testing
import Upstream

@testable import BerthConfiguration

@Suite struct ListenerSectionTests {
  private let identity = ServerIdentity(certificate: "/etc/berth/tls.crt", key: "/etc/berth/tls.key")

  @Test func oneAddress() throws {
    #expect(try read("listen: \"[::]:80\"").listeners == [ListenerSettings(address: .tcp(host: "::", port: 80))])
  }

  @Test func severalOfEachForm() throws {
    let text = """
      tls: {certificate: tls.crt, key: tls.key}
      listen:
        - 0.0.0.0:443
        - unix:/run/berth.sock
        - address: 127.0.0.1:5000
        - address: 10.0.0.1:444
          tls: {certificate: /a.crt, key: /a.key}
      """
    #expect(
      try read(text).listeners == [
        ListenerSettings(address: .tcp(host: "0.0.0.0", port: 443), tls: identity),
        ListenerSettings(address: .unix(path: "/run/berth.sock"), tls: identity),
        ListenerSettings(address: .tcp(host: "127.0.0.1", port: 5000)),
        ListenerSettings(
          address: .tcp(host: "10.0.0.1", port: 444),
          tls: ServerIdentity(certificate: "/a.crt", key: "/a.key")
        ),
      ]
    )
  }

  @Test func tlsAloneIsForTheDefaultAddress() throws {
    let configuration = try read("tls: {certificate: tls.crt, key: tls.key}\nadmin: 127.0.0.1:5001")
    #expect(configuration.listeners == [ListenerSettings(address: .tcp(host: "127.0.0.1", port: 5000), tls: identity)])
    #expect(configuration.admin == ListenerSettings(address: .tcp(host: "127.0.0.1", port: 5001)))
  }

  @Test func namesOfThisBerth() throws {
    let configuration = try read(
      "listen: {address: a:1, hosts: [Berth.example, x:5000]}\nexternalURL: https://berth.example:8443/\n"
        + "browsers: [\"https://ui.example\", \"http://localhost:8080\"]"
    )
    #expect(configuration.listeners[0].hosts.map(\.description) == ["berth.example", "x:5000"])
    #expect(configuration.externalURL?.authority == "berth.example:8443")
    #expect(configuration.browsers.map(\.description) == ["https://ui.example", "http://localhost:8080"])
  }

  @Test(arguments: ["externalURL: berth.example", "externalURL: https://berth.example/path", "browsers: [\"*\"]"])
  func whatIsNoOriginIsRefused(_ text: String) {
    #expect(throws: ConfigurationError.self) { try read(text) }
  }

  @Test func portZeroMayStandTwice() throws {
    #expect(try read("listen: [127.0.0.1:0, 127.0.0.1:0]").listeners.count == 2)
  }

  @Test(arguments: [
    ("listen: []", "1:9: listen: expected at least one address such as 127.0.0.1:5000, found an empty list"),
    ("listen: [a:1, b:2, a:1]", "1:20: listen[2]: a:1 stands twice"),
    ("listen: {tls: {certificate: c, key: k}}", "1:9: listen: lacks the key 'address'"),
    ("listen: {address: a:1, tls: {key: k}}", "1:29: listen.tls: lacks the key 'certificate'"),
    ("tls:", "1:5: tls: lacks the key 'certificate'"),
    (
      "tls: {certificate: gone.crt, key: k}",
      "1:20: tls.certificate: cannot read the certificate at '/etc/berth/gone.crt': No such file or directory"
    ),
    (
      "admin: 127.0.0.1:5000",
      "1:8: admin: 127.0.0.1:5000 is already in 'listen': the admin API needs an address of its own"
    ),
    (
      "admin: [127.0.0.1:1]",
      "1:8: admin: expected an address such as 127.0.0.1:5000, [::1]:5000 or unix:/run/berth.sock, found a list"
    ),
  ])
  func refuses(_ text: String, _ complaint: String) {
    #expect(problems(text, missing: ["/etc/berth/gone.crt"]).first == complaint)
  }
}
