import OCI
import Testing
import Upstream

@testable import BerthConfiguration

@Suite struct CredentialSectionTests {
  private func upstreams(_ credentials: String) -> String {
    "upstreams: {docker.io: {credentials: [\(credentials)]}}"
  }

  private func rules(_ credentials: String) throws -> [CredentialRule] {
    try read(upstreams(credentials)).upstreams.first { $0.name.description == "docker.io" }?.credentials ?? []
  }

  @Test func eachSource() throws {
    let read = try rules(
      """
      {username: acme, passwordFile: /run/secrets/hub},
      {username: bot, password: 0123, repositories: ["acme/**", "*/base"]},
      {dockerConfig: docker/config.json},
      {helper: ecr-login, helperLifetime: 1h}
      """
    )
    let patterns = ["acme/**", "*/base"].compactMap { RepositoryPattern(parsing: $0) }
    var helper = CredentialRule(.helper(try #require(CredentialHelperName(parsing: "ecr-login"))))
    helper.helperLifetime = .seconds(3_600)
    #expect(
      read == [
        CredentialRule(.passwordFile(username: "acme", path: "/run/secrets/hub")),
        CredentialRule(.basic(username: "bot", password: Secret("0123")), repositories: patterns),
        CredentialRule(.dockerConfig(path: "/etc/berth/docker/config.json")),
        helper,
      ]
    )
  }

  @Test(arguments: [
    (
      "{}",
      "1:39: upstreams.docker.io.credentials[0]: lacks a user: write username and passwordFile, username and password, dockerConfig, or helper"
    ),
    (
      "{username: a}",
      "1:39: upstreams.docker.io.credentials[0]: lacks a password: write passwordFile (a path) or password"
    ),
    (
      "{username: a, password: s3cret, passwordFile: /f}",
      "1:85: upstreams.docker.io.credentials[0].passwordFile: stands beside password: leave one of the two out"
    ),
    (
      "{dockerConfig: /d, username: a}",
      "1:68: upstreams.docker.io.credentials[0].username: a docker configuration has its own user names and passwords: leave one of the two out"
    ),
    (
      "{username: \"a:b\", password: s3cret}",
      "1:50: upstreams.docker.io.credentials[0].username: expected a user name without a colon, found 'a:b'"
    ),
    (
      "{helper: ../bin/sh}",
      "1:48: upstreams.docker.io.credentials[0].helper: expected the name of a credential helper such as ecr-login, for the program docker-credential-ecr-login, found '../bin/sh'"
    ),
    (
      "{helper: pass, username: a}",
      "1:64: upstreams.docker.io.credentials[0].username: a credential helper has its own user names and passwords: leave one of the two out"
    ),
    (
      "{username: a, password: b, helperLifetime: 1h}",
      "1:82: upstreams.docker.io.credentials[0].helperLifetime: is for what a credential helper answers: write helper or dockerConfig beside it, or leave it out"
    ),
    ("{username: a, password: [s3cret]}", "1:63: upstreams.docker.io.credentials[0].password: expected a password"),
    ("{username: a, password: }", "1:63: upstreams.docker.io.credentials[0].password: expected a password"),
    (
      "{username: a, passwordFile: /gone}",
      "1:67: upstreams.docker.io.credentials[0].passwordFile: cannot read the password file at '/gone': No such file or directory"
    ),
    (
      "{username: a, passwordfile: /f}",
      "1:53: upstreams.docker.io.credentials[0].passwordfile: unknown key; did you mean 'passwordFile'?"
    ),
    (
      "{dockerConfig: /d, repositories: [Acme]}",
      "1:73: upstreams.docker.io.credentials[0].repositories[0]: expected a pattern for repository names such as acme/* or acme/**, found 'Acme'"
    ),
    (
      "acme:s3cret",
      "1:39: upstreams.docker.io.credentials[0]: expected the keys \(CredentialKey.listed), found 'acme:s3cret'"
    ),
  ])
  func refuses(_ credential: String, _ complaint: String) {
    #expect(problems(upstreams(credential), missing: ["/gone"]).first == complaint)
  }

  @Test func aPasswordThatEverybodyCanReadIsDoubtful() throws {
    let text = upstreams("{username: a, password: s3cret}")
    #expect(try warnings(text).isEmpty)
    #expect(
      try warnings(text, isWorldReadable: true) == [
        "1:63: upstreams.docker.io.credentials[0].password: everybody on this machine can read this password: "
          + "use passwordFile, or chmod the file to 600"
      ]
    )
  }

  @Test func credentialsAreEverybodysBehindAnOpenListener() throws {
    let text = upstreams("{username: a, passwordFile: /f}")
    #expect(try warnings("listen: [127.0.0.1:5000, unix:/s]\n" + text).isEmpty)
    #expect(
      try warnings("listen: 0.0.0.0:5000\n" + text) == [
        "2:12: upstreams: whoever can reach Berth can pull with the credentials of docker.io: "
          + "clients are not asked who they are"
      ]
    )
  }

  @Test func bytesInTheClearAreDoubtful() throws {
    let open = #"upstreams: {a.example: {endpoints: ["http://a.example", "http://127.0.0.1:5000", "http://[::1]"]}}"#
    #expect(
      try warnings(open) == [
        "1:37: upstreams.a.example.endpoints[0]: http://a.example is asked in the clear: anybody on the way can read "
          + "along and answer in its place"
      ]
    )
    let password = #"upstreams: {a.example: {endpoints: ["http://a.example"], credentials: [{dockerConfig: /d}]}}"#
    #expect(try warnings(password).last?.contains("passwords would travel to http://a.example in the clear") == true)
  }
}
