import OCI
import Testing

@Suite struct AuthChallengeTests {
  /// The challenges of registries.md, as they arrive.
  static let bearer: [(String, String?, String?, [String])] = [
    (
      #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull""#,
      "https://auth.docker.io/token", "registry.docker.io", ["repository:library/alpine:pull"]
    ),
    (#"Bearer realm="https://gcr.io/v2/token",service=gcr.io"#, "https://gcr.io/v2/token", "gcr.io", []),
    (#"Bearer realm="https://us-docker.pkg.dev/v2/token""#, "https://us-docker.pkg.dev/v2/token", nil, []),
    (
      #"Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws""#,
      "https://public.ecr.aws/token/", "public.ecr.aws", ["aws"]
    ),
    (
      #"bearer   SERVICE = "s" , Realm = "https://r/?a=b,c" ,scope="repository:a:pull  repository:b:pull,push""#,
      "https://r/?a=b,c", "s", ["repository:a:pull", "repository:b:pull,push"]
    ),
    (#"Bearer realm=https://r/token,service=s"#, "https://r/token", "s", []),
    (#"Bearer realm="a\"b\\c""#, #"a"b\c"#, nil, []),
    (#"Bearer realm="first",realm="second""#, "first", nil, []),
    (#"Bearer realm="never closed"#, "never closed", nil, []),
    (#"Bearer ,, realm="r" ,, service=s,"#, "r", "s", []),
    ("Bearer", nil, nil, []),
  ]

  @Test(arguments: bearer)
  func readsBearer(_ field: String, _ realm: String?, _ service: String?, _ scopes: [String]) throws {
    let challenges = AuthChallenge.parse([field])
    let challenge = try #require(challenges.first)
    #expect(challenges.count == 1)
    #expect(challenge.scheme == .bearer)
    #expect(challenge.realm == realm)
    #expect(challenge.service == service)
    #expect(challenge.scopes == scopes)
  }

  @Test(arguments: [
    [#"Basic realm="r", Bearer realm="https://t",service="s""#],
    [#"Basic realm="r""#, #"Bearer realm="https://t",service="s""#],
    [#",Basic realm="r"  ,  ,Bearer service="s",realm="https://t""#],
  ])
  func readsSeveral(_ fields: [String]) {
    let challenges = AuthChallenge.parse(fields)
    #expect(challenges.map(\.scheme) == [.basic, .bearer])
    #expect(challenges.map(\.realm) == ["r", "https://t"])
    #expect(challenges.last?.service == "s")
  }

  @Test func readsWhyATokenWasRefused() {
    let field = #"Bearer realm="r",error="insufficient_scope",scope="repository:a:pull""#
    #expect(AuthChallenge.parse([field]).first?.error == "insufficient_scope")
  }

  @Test func keepsSchemesThatItDoesNotAnswer() {
    #expect(AuthChallenge.parse(["Negotiate abc==, Basic realm=x"]).map(\.scheme) == [.other("negotiate"), .basic])
    #expect(
      AuthChallenge.parse(["Negotiate, Digest realm=x"]).map(\.scheme) == [.other("negotiate"), .other("digest")]
    )
  }

  @Test(arguments: ["", " ", ",", "=", "\"", "\"Bearer\"", "==,==", "\0"])
  func leavesOutWhatIsNone(_ field: String) {
    #expect(AuthChallenge.parse([field]) == [])
  }
}
