import OCI
import Testing

@testable import Upstream

@Suite("docker config.json")
struct DockerConfigurationTests {
  private func credential(_ text: String, at endpoint: String, for name: String = "team/app") throws -> Credential? {
    let origin = try #require(Origin(parsing: endpoint))
    let configuration = try DockerConfiguration(parsing: Array(text.utf8), path: "config.json", limits: Limits())
    return configuration.credential(for: Sample.name(name), at: origin)
  }

  private func password(_ username: String, _ password: String) -> Credential {
    Credential(.password(username: username, Secret(password)))
  }

  @Test("Docker Hub's credential is kept under a name of old")
  func hub() throws {
    let text = #"{"auths":{"https://index.docker.io/v1/":{"auth":"YWNtZTpzM2NyZXQ="}},"HttpHeaders":{}}"#
    #expect(try credential(text, at: "https://registry-1.docker.io") == password("acme", "s3cret"))
    #expect(try credential(text, at: "https://quay.io") == nil)
  }

  @Test(
    "Others by host and port, with or without scheme and path",
    arguments: ["r.example:5000", "https://r.example:5000", "http://r.example:5000/v1/", "https://R.example:5000/v2/"]
  )
  func hosts(key: String) throws {
    let text = #"{"auths":{"\#(key)":{"username":"u","password":"p:q"}}}"#
    #expect(try credential(text, at: "https://r.example:5000") == password("u", "p:q"))
    #expect(try credential(text, at: "https://r.example") == nil)
  }

  @Test(
    "The entry for the longest part of a name counts; one for another part is not shown",
    arguments: [
      ("team/app", "app"), ("team/app/web", "app"), ("team/other", "team"), ("teams/app", "host"), ("team", "team"),
      ("library/alpine", "host"),
    ]
  )
  func namespaces(name: String, expected: String) throws {
    let entries = ["r.example": "host", "r.example/team": "team", "r.example/team/app": "app", "q.example/x": "none"]
    let auths = entries.map { #""\#($0)":{"username":"\#($1)","password":"p"}"# }.joined(separator: ",")
    #expect(try credential(#"{"auths":{\#(auths)}}"#, at: "https://r.example", for: name) == password(expected, "p"))
    #expect(try credential(#"{"auths":{\#(auths)}}"#, at: "https://q.example", for: name) == nil)
  }

  @Test("Docker Hub's parts are podman's docker.io/…; what the paths of interfaces name is the whole registry")
  func hubNamespaces() throws {
    let text = #"{"auths":{"docker.io/acme":{"auth":"YTpi"},"https://index.docker.io/v1/":{"auth":"YzpkCg=="}}}"#
    #expect(try credential(text, at: "https://registry-1.docker.io", for: "acme/x") == password("a", "b"))
    #expect(try credential(text, at: "https://registry-1.docker.io", for: "library/x") == password("c", "d\n"))
  }

  @Test("The first of two entries for the same host; base 64 with line breaks")
  func forgiven() throws {
    let two = #"{"auths":{"r.example":{"auth":"YTpi"},"https://r.example/v2/":{"auth":"Yzpk"}}}"#
    #expect(try credential(two, at: "https://r.example") == password("a", "b"))
    let broken = #"{"auths":{"r.example":{"auth":"YT\r\n pi \n"}}}"#
    #expect(try credential(broken, at: "https://r.example") == password("a", "b"))
  }

  @Test("A password may hold colons; an identity token counts more than a password")
  func forms() throws {
    let colons = #"{"auths":{"r.example":{"auth":"\#(Base64.encode(Array("u:a:b".utf8)))"}}}"#
    #expect(try credential(colons, at: "https://r.example") == password("u", "a:b"))
    let identity = #"{"auths":{"r.example":{"auth":"dTpw","identitytoken":"refresh"}}}"#
    #expect(try credential(identity, at: "https://r.example") == Credential(.identityToken(Secret("refresh"))))
  }

  @Test(
    "Entries that say nothing",
    arguments: ["{}", #"{"auth":""}"#, #"{"auth":"???"}"#, #"{"auth":"dQ=="}"#, #"{"username":"u"}"#, "null", "1"]
  )
  func nothing(entry: String) throws {
    #expect(try credential(#"{"auths":{"r.example":\#(entry)}}"#, at: "https://r.example") == nil)
  }

  @Test(
    "A file that cannot be read is an error, not an anonymous pull",
    arguments: ["", "[]", "{", #"{"auths":{},"auths":{}}"#]
  )
  func broken(text: String) { #expect(throws: UpstreamFailure.self) { try credential(text, at: "https://r.example") } }

  private func helper(_ text: String, at endpoint: String) throws -> String? {
    let origin = try #require(Origin(parsing: endpoint))
    let configuration = try DockerConfiguration(parsing: Array(text.utf8), path: "config.json", limits: Limits())
    return try configuration.helper(for: origin)?.description
  }

  @Test("Helpers: one for a host goes before the one for all")
  func helpers() throws {
    let text = #"{"credsStore":"pass","credHelpers":{"r.example":"ecr-login","https://index.docker.io/v1/":"hub"}}"#
    #expect(try helper(text, at: "https://r.example") == "ecr-login")
    #expect(try helper(text, at: "https://registry-1.docker.io") == "hub")
    #expect(try helper(text, at: "https://quay.io") == "pass")
    #expect(try helper(#"{"credHelpers":{"r.example":"ecr-login"}}"#, at: "https://quay.io") == nil)
    #expect(try helper("{}", at: "https://quay.io") == nil)
    #expect(try helper(#"{"credSstore":"desktop"}"#, at: "https://quay.io") == "desktop")
    #expect(try helper(#"{"CredHelpers":{"quay.io":"pass"},"credsstore":"x"}"#, at: "https://quay.io") == "pass")
  }

  @Test("A helper's name that leads elsewhere is an error where it is wanted, and nowhere else")
  func strangeHelper() throws {
    let text = #"{"credHelpers":{"r.example":"../../bin/sh"}}"#
    #expect(throws: UpstreamFailure.self) { try helper(text, at: "https://r.example") }
    #expect(try helper(text, at: "https://quay.io") == nil)
  }

  @Test("Identifiers tell credentials apart and last")
  func identifiers() {
    #expect(password("u", "p").id == password("u", "p").id)
    let all = [password("u", "p"), password("u", "q"), password("v", "p"), Credential(.identityToken(Secret("p")))]
    #expect(Set(all.map(\.id)).count == all.count)
    #expect(!all.map(\.id).contains(.anonymous))
  }
}
