import OCI
import Testing

@testable import Upstream

@Suite("Credential helpers are programs that are run")
struct HelperProcessTests {
  private static func request(_ name: String, about endpoint: String = "https://r.example:5000") throws -> HelperRequest
  {
    HelperRequest(
      try #require(CredentialHelperName(parsing: name)),
      about: try #require(Origin(parsing: endpoint))
    )
  }

  /// Asks a helper that is this shell script.
  private static func ask(
    _ script: String,
    about endpoint: String = "https://r.example:5000",
    timeout: Duration = .seconds(20),
    environment: [String: String] = [:]
  ) throws -> Credential? {
    let folder = TemporaryFolder()
    folder.add(program: "docker-credential-test", "#!/bin/sh\n\(script)\n")
    let process = HelperProcess(
      environment: ProcessEnvironment(environment.merging(["PATH": "relative:\(folder.path):/usr/bin:/bin"]) { $1 }),
      timeout: timeout,
      maxOutputBytes: 1_000
    )
    let request = try request("test", about: endpoint)
    return try process.run(request).credential(request, limits: Limits())
  }

  private func failure(_ body: () throws -> Credential?) -> String? {
    do {
      _ = try body()
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("It is asked for one registry, and its answer is a user and a password, or a token to be exchanged")
  func answers() throws {
    let echo = #"read server; printf '{"ServerURL":"%s","Username":"%s","Secret":"%s"}' "$server" "$server" "$1""#
    #expect(try Self.ask(echo) == Credential(.password(username: "r.example:5000", Secret("get"))))
    #expect(
      try Self.ask(echo, about: "https://registry-1.docker.io")
        == Credential(.password(username: "https://index.docker.io/v1/", Secret("get")))
    )
    let token = #"echo '{"Username":"<token>","Secret":"refresh"}'"#
    #expect(try Self.ask(token) == Credential(.identityToken(Secret("refresh"))))
  }

  @Test("It is run with Berth's environment")
  func environment() throws {
    let script = #"printf '{"Username":"%s","Secret":"s"}' "$AWS_PROFILE""#
    #expect(
      try Self.ask(script, environment: ["AWS_PROFILE": "ci"]) == Credential(.password(username: "ci", Secret("s")))
    )
  }

  @Test("It gets none of Berth's open files")
  func files() throws {
    let script = #"printf '{"Username":"%s","Secret":"s"}' "$(ls -l /proc/$$/fd | grep -c socket)""#
    // Its own input and output.
    #expect(try Self.ask(script) == Credential(.password(username: "2", Secret("s"))))
  }

  @Test("That it has no credential is an answer, and no failure")
  func none() throws {
    #expect(try Self.ask("echo credentials not found in native keychain; exit 1") == nil)
    #expect(try Self.ask(#"echo '{"Username":"","Secret":""}'"#) == nil)
  }

  @Test("Its failures are told without what it printed with success")
  func failures() {
    #expect(
      failure { try Self.ask("echo keychain is locked; exit 3") }
        == "credential unavailable: docker-credential-test failed for r.example:5000 with status 3: keychain is locked"
    )
    #expect(
      failure { try Self.ask("echo s3cret") }
        == "credential unavailable: docker-credential-test printed no JSON object with Username and Secret for "
        + "r.example:5000"
    )
    #expect(failure { try Self.ask("kill -9 $$") }?.hasSuffix("with status 137") == true)
    #expect(failure { try Self.ask("exec yes") }?.hasSuffix("printed more than 1000 bytes") == true)
  }

  @Test(
    "One that does not end is killed, with what it has started",
    arguments: ["sleep 600 & wait", "exec >&-; sleep 600"]
  )
  func timeout(script: String) {
    #expect(failure { try Self.ask(script, timeout: .milliseconds(200)) }?.contains("had not answered") == true)
  }

  @Test("One that is not there is an error that says where it was looked for")
  func missing() throws {
    let process = HelperProcess(
      environment: ProcessEnvironment(["PATH": "/nonexistent"]),
      timeout: .zero,
      maxOutputBytes: 1
    )
    let request = try Self.request("gone")
    #expect(throws: UpstreamFailure.self) { try process.run(request) }
  }

  @Test("A name can lead to no other program", arguments: ["", "../sh", "a/b", ".x", "a b", "ä", "a\0", "a;b"])
  func names(text: String) { #expect(CredentialHelperName(parsing: text) == nil) }
}
