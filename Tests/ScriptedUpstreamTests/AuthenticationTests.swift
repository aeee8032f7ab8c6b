import Foundation
import NIOCore
import Testing

@testable import ScriptedUpstream

/// Asking for credentials, giving tokens, and taking them.
@Suite struct AuthenticationTests {
  private struct Token: Decodable {
    var token: String?
    var access_token: String?
    var expires_in: Int?
    var issued_at: String?
    var refresh_token: String?
    var scope: String?
  }

  private static let ann = "Authorization: Basic " + Data("ann:secret".utf8).base64EncodedString()
  private static let liar = "Authorization: Basic " + Data("ann:wrong".utf8).base64EncodedString()
  private static let scope = "/token?service=scripted.registry&scope=repository:app:pull"

  private func token(_ scene: Scene, _ target: String = scope, _ fields: String...) async throws -> Token {
    let connection = try scene.connect(.token)
    connection.send("GET \(target) HTTP/1.1\r\nHost: t\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n")
    let (head, body) = try await connection.answer()
    #expect(head.status == 200)
    return try JSONDecoder().decode(Token.self, from: Data(body))
  }

  @Test func basicIsAskedForAndTaken() async throws {
    try await Scene.run { scene in
      scene.upstream.update { $0.access = [AccessPolicy(.basic, users: ["ann": "secret"])] }
      let refused = try await scene.get(scene.smallPath)
      #expect((refused.head.status, refused.head["WWW-Authenticate"]) == (401, Challenge.basic))
      #expect(try await scene.get(scene.smallPath, Self.liar).head.status == 401)
      #expect(try await scene.get(scene.smallPath, Self.ann).head.status == 200)
      #expect(scene.upstream.requests.map(\.credential) == ["", "", "ann"])
    }
  }

  @Test(arguments: [
    (
      TokenServiceSettings(), [#"Bearer realm="{token}/token",service="scripted.registry",scope="repository:app:pull""#]
    ),
    (
      .init { $0.style = .unquoted },
      [#"Bearer realm="{token}/token",service=scripted.registry,scope="repository:app:pull""#]
    ),
    (
      .init { $0.style = .severalInOneField },
      [
        #"Basic realm="scripted upstream", "#
          + #"Bearer realm="{token}/token",service="scripted.registry",scope="repository:app:pull""#
      ]
    ),
    (
      .init { $0.style = .severalFields },
      [
        #"Basic realm="scripted upstream""#,
        #"Bearer realm="{token}/token",service="scripted.registry",scope="repository:app:pull""#,
      ]
    ),
    (.init { $0.service = "" }, [#"Bearer realm="{token}/token",scope="repository:app:pull""#]),
    (.init { $0.scope = "" }, [#"Bearer realm="{token}/token",service="scripted.registry""#]),
    (.init { $0.scope = "aws" }, [#"Bearer realm="{token}/token",service="scripted.registry",scope="aws""#]),
    (
      .init {
        $0.realm = "registry"; $0.service = ""
      },
      [#"Bearer realm="{registry}/token",scope="repository:app:pull""#]
    ),
    (
      .init {
        $0.realm = "http://x/y"; $0.service = ""; $0.scope = ""
      }, [#"Bearer realm="http://x/y""#]
    ),
  ])
  func challenges(_ service: TokenServiceSettings, _ expected: [String]) async throws {
    try await Scene.run { scene in
      scene.upstream.update {
        $0.access = [AccessPolicy(.token)]
        $0.tokenService = service
      }
      let (head, _) = try await scene.get(scene.smallPath)
      let fields = expected.map {
        $0.replacing("{token}", with: scene.upstream.url(.token)).replacing("{registry}", with: scene.upstream.url())
      }
      #expect(head.all("WWW-Authenticate") == fields)
    }
  }

  @Test func aTokenOpensItsRepositoryAlone() async throws {
    try await Scene.run { scene in
      scene.upstream.addBlob(Scene.smallBytes, to: ["other"])
      scene.upstream.update { $0.access = [AccessPolicy(.token)] }
      let token = try await token(scene)
      #expect(token.token == token.access_token)
      #expect(token.expires_in == 300)
      let bearer = "Authorization: Bearer \(token.token ?? "")"
      #expect(try await scene.get(scene.smallPath, bearer).body == Scene.smallBytes)
      let other = try await scene.get("/v2/other/blobs/\(scene.small)", bearer)
      #expect(other.head.status == 401)
      #expect(other.head["WWW-Authenticate"]?.contains(#"error="insufficient_scope""#) == true)
    }
  }

  @Test func repositoriesHaveTheirOwnPolicies() async throws {
    try await Scene.run { (scene) async throws in
      scene.upstream.update { $0.access = [AccessPolicy(.token, repositories: "app")] }
      #expect(try await scene.get("/v2/").head.status == 200)
      #expect(try await scene.get(scene.smallPath).head.status == 401)
    }
  }

  @Test func aLiteralScopeIsTakenLiterally() async throws {
    try await Scene.run { scene in
      scene.upstream.update {
        $0.access = [AccessPolicy(.token)]
        $0.tokenService.scope = "aws"
      }
      let bearer = "Authorization: Bearer \(try await token(scene, "/token?scope=aws").token ?? "")"
      #expect(try await scene.get(scene.smallPath, bearer).head.status == 200)
      let wrong = "Authorization: Bearer \(try await token(scene, Self.scope).token ?? "")"
      #expect(try await scene.get(scene.smallPath, wrong).head.status == 401)
    }
  }

  @Test func credentialsCanBeRequiredAtTheService() async throws {
    try await Scene.run { scene in
      scene.upstream.update {
        $0.access = [AccessPolicy(.token, users: ["ann": "secret"], requiresCredentials: true)]
      }
      #expect(try await scene.get(Self.scope, on: .token).head.status == 401)
      #expect(try await scene.get(Self.scope, on: .token, Self.liar).head.status == 401)
      let token = try await token(scene, Self.scope, Self.ann)
      #expect(try await scene.get(scene.smallPath, "Authorization: Bearer \(token.token ?? "")").head.status == 200)
      #expect(scene.upstream.requests.last?.credential == "ann")
    }
  }

  @Test func credentialsCanBeMissedAtTheRegistry() async throws {
    try await Scene.run { scene in
      scene.upstream.update {
        $0.access = [AccessPolicy(.token, users: ["ann": "secret"], requiresCredentials: true)]
        $0.tokenService.refusesAtRegistry = true
      }
      let token = try await token(scene)
      let (head, _) = try await scene.get(scene.smallPath, "Authorization: Bearer \(token.token ?? "")")
      #expect(head["WWW-Authenticate"]?.contains("insufficient_scope") == true)
    }
  }

  @Test func tokensEnd() async throws {
    var ledger = TokenLedger()
    let settings = TokenServiceSettings {
      $0.lifetime = 1000
      $0.maxUses = 2
    }
    let scopes = ["repository:host:5000/app:push,pull"]
    func use(_ token: String, at now: UInt64) -> TokenLedger.Verdict {
      ledger.use(token, for: "host:5000/app", literalScope: nil, now: now)
    }
    let first = ledger.issue(user: "ann", scopes: scopes, settings, now: 0)
    #expect(use(first, at: 1) == .accepted(user: "ann"))
    #expect(use(first, at: 999_999_999) == .accepted(user: "ann"))
    #expect(use(first, at: 2) == .invalid, "used up")
    let second = ledger.issue(user: "", scopes: scopes, settings, now: 0)
    #expect(use(second, at: 1_000_000_000) == .invalid, "expired")
    let third = ledger.issue(user: "", scopes: scopes, settings, now: 0)
    #expect(ledger.revoke(third) == 1)
    #expect(use(third, at: 1) == .invalid, "revoked")
    #expect(ledger.revoke(third) == 0)
    let fourth = ledger.issue(user: "", scopes: ["repository:app:push"], settings, now: 0)
    #expect(use(fourth, at: 1) == .insufficient)
  }

  @Test func revokedTokensAreChallengedAnew() async throws {
    try await Scene.run { scene in
      scene.upstream.update { $0.access = [AccessPolicy(.token)] }
      let bearer = "Authorization: Bearer \(try await token(scene).token ?? "")"
      #expect(scene.upstream.revokeTokens() == 1)
      let (head, _) = try await scene.get(scene.smallPath, bearer)
      #expect(head["WWW-Authenticate"]?.contains(#"error="invalid_token""#) == true)
    }
  }

  @Test func theAnswersFieldsCanBeChosen() async throws {
    try await Scene.run { scene in
      scene.upstream.update {
        $0.tokenService.field = .accessToken
        $0.tokenService.expiresIn = -1
        $0.tokenService.tellsIssuedAt = false
      }
      let token = try await token(scene, Self.scope + "&offline_token=true")
      #expect((token.token, token.expires_in, token.issued_at) == (nil, nil, nil))
      #expect(token.access_token != nil)
      #expect(token.refresh_token != nil)
    }
  }

  @Test func oauthTakesPasswordsAndRefreshTokens() async throws {
    try await Scene.run { scene in
      scene.upstream.update {
        $0.access = [AccessPolicy(.token, users: ["ann": "secret"], requiresCredentials: true)]
      }
      func post(_ form: String) async throws -> (Int, Token?) {
        let connection = try scene.connect(.token)
        connection.send("POST /token HTTP/1.1\r\nHost: t\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)")
        let (head, body) = try await connection.answer()
        return (head.status, try? JSONDecoder().decode(Token.self, from: Data(body)))
      }
      let rest = "&service=s&client_id=c&scope=repository%3Aapp%3Apull"
      let (_, first) = try await post("grant_type=password&username=ann&password=secret&access_type=offline" + rest)
      #expect((first?.token, first?.scope) == (nil, "repository:app:pull"))
      let refresh = try #require(first?.refresh_token)
      let (_, second) = try await post("grant_type=refresh_token&refresh_token=\(refresh)" + rest)
      let bearer = "Authorization: Bearer \(second?.access_token ?? "")"
      #expect(try await scene.get(scene.smallPath, bearer).head.status == 200)
      #expect(try await post("grant_type=password&username=ann&password=x" + rest).0 == 401)
      scene.upstream.update { $0.tokenService.allowsPost = false }
      #expect(try await post("grant_type=password" + rest).0 == 405)
    }
  }

  @Test func aRuleIsForWhomAuthenticationLetsIn() async throws {
    try await Scene.run { (scene) async throws in
      scene.upstream.update { $0.access = [AccessPolicy(.basic, users: ["ann": "secret"])] }
      scene.upstream.on(RuleMatch(.blobGet), times: 1) { $0.status = 503 }
      #expect(try await scene.get(scene.smallPath).head.status == 401)
      #expect(try await scene.get(scene.smallPath, Self.ann).head.status == 503)
    }
  }
}
