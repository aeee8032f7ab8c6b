import Access
import OCI
import Testing

@testable import RegistryAPI

/// What clients ask of the token service, as each of them writes it.
@Suite struct TokenRequestTests {
  private func request(_ target: String, form: String? = nil) -> TokenRequest {
    TokenRequest(target: target, form: form.map { Array($0.utf8) })
  }

  private func scopes(_ target: String, form: String? = nil) -> [String] {
    request(target, form: form).scopes.map(\.description)
  }

  @Test func queries() {
    let docker = "/v2/token?account=ann&client_id=docker&offline_token=true&service=berth"
    #expect(scopes(docker).isEmpty)
    #expect(scopes("\(docker)&scope=repository%3Aa%2Fb%3Apull%2Cpush") == ["repository:a/b:pull,push"])
    #expect(
      scopes("/v2/token?scope=repository:a:pull&scope=repository:b:pull") == ["repository:a:pull", "repository:b:pull"]
    )
    #expect(
      scopes("/v2/token?scope=repository:a:pull+repository:a:pull,push") == [
        "repository:a:pull", "repository:a:pull,push",
      ]
    )
    #expect(scopes("/v2/token?scope=registry:catalog:*") == ["registry:catalog:*"])
    #expect(scopes("/v2/token").isEmpty)
    #expect(request(docker).presented == nil)
  }

  @Test(arguments: [
    "scope=x", "scope=%zz", "scope=", "scope", "scope=repository:a", "%zz=1", "&&=&", "scope=repository::pull",
  ])
  func whatCannotBeReadIsLeftOut(query: String) {
    #expect(scopes("/v2/token?\(query)&scope=repository:a:pull") == ["repository:a:pull"])
  }

  @Test func forms() {
    let form =
      "client_id=containerd-client&grant_type=password&password=p%26w&scope=repository%3Aa%3Apull&service=x&username=ann"
    let request = request("/v2/token", form: form)
    #expect(request.scopes.map(\.description) == ["repository:a:pull"])
    #expect(request.presented == .basic(user: "ann", password: Secret("p&w")))
    #expect(self.request("/v2/token", form: "grant_type=password").presented == nil)
    #expect(self.request("/v2/token", form: "").presented == nil)
  }

  @Test func thereAreNoRefreshTokens() {
    #expect(request("/v2/token", form: "grant_type=refresh_token&refresh_token=x").presented == .malformed)
    #expect(request("/v2/token", form: "refresh_token=x&username=a&password=b").presented == .malformed)
  }

  @Test func manyFieldsAreCut() {
    let many = String(repeating: "scope=repository:a:pull&", count: 1_000)
    #expect(scopes("/v2/token?\(many)").count == 128)
  }
}
