import Access
import Testing

@testable import BerthConfiguration

@Suite struct AccessSectionTests {
  static let whole = """
    externalURL: https://berth.example
    trustedProxies: [127.0.0.1/32, unix]
    access:
      identities:
        htpasswd: users.htpasswd
        tokens: tokens.yaml
        clientCertificates: {authority: ca.pem, identity: dns, denied: denied.txt}
        jwt:
          - issuer: "https://token.actions.githubusercontent.com"
            audience: berth.example
            require: {repository_owner_id: "1234567"}
            as: "ci:{repository}"
          - {issuer: cluster, audience: berth, require: {a: b}, as: "k8s:{sub}", keys: jwks.json}
      groups: {ops: [ann, "ci:acme/*"]}
      rules:
        - {who: anonymous, repositories: ["docker.io/**"], allow: [pull], from: [10.0.0.0/8]}
        - {who: [authenticated], repositories: ["ghcr.io/acme/**"], allow: pull}
        - {who: ["group:ops", "cert:spiffe://acme/*"], repositories: ["**"], allow: [pull, push, overwrite, delete]}
    listen:
      - address: 0.0.0.0:5000
      - {address: 0.0.0.0:5001, mirror: true, proxyProtocol: true}
    admin: {address: 0.0.0.0:5002, tls: {certificate: c.pem, key: k.pem}, users: [ann], readers: ["group:ops"]}
    metrics: 0.0.0.0:9100
    clients: {bandwidth: 50MiB}
    store: {path: /var/lib/berth}
    """

  @Test func theWholeSectionIsRead() throws {
    let configuration = try read(Self.whole)
    guard case .rules(let rules) = configuration.access else {
      Issue.record("no rules")
      return
    }
    #expect(rules.htpasswd == "/etc/berth/users.htpasswd" && rules.tokens == "/etc/berth/tokens.yaml")
    #expect(rules.clientCertificates?.authority == "/etc/berth/ca.pem" && rules.clientCertificates?.identity == .dns)
    #expect(rules.issuers.map(\.subject.prefix) == ["ci:", "k8s:"])
    #expect(rules.policy.rules.count == 3 && rules.policy.rules[0].from?.count == 1)
    #expect(configuration.trustedProxies.networks.count == 2)
    #expect(configuration.listeners.map(\.isMirror) == [false, true])
    #expect(configuration.listeners[1].usesProxyProtocol && configuration.metrics != nil)
    #expect(configuration.adminUsers.users.map(\.description) == ["ann"])
    #expect(configuration.clientBandwidth?.bytes == 50 << 20)
    #expect(configuration.warnings.isEmpty)
  }

  @Test func isPrintedAsItIsRead() throws {
    let configuration = try read(Self.whole)
    #expect(try read(configuration.describe()) == configuration)
    #expect(try read(try read("access: open").describe()).access == .open)
  }

  @Test(arguments: [
    ("access: closed", "1:9: access: expected the word open, or the keys identities, groups, rules, found 'closed'"),
    ("access:", "1:8: access: lacks the key 'rules'"),
    ("access: {rule: []}", "1:10: access.rule: unknown key; did you mean 'rules'?"),
    ("access: {rules: [{who: ann}]}", "lacks the key 'repositories'"),
    ("access: {rules: [{who: ann, repositories: [], allow: pull}]}", "found an empty list"),
    ("access: {rules: [{who: ann, repositories: a//b, allow: pull}]}", "canonical names"),
    ("access: {rules: [{who: ann, repositories: a, allow: [pul]}]}", "did you mean 'pull'?"),
    ("access: {rules: [{who: 'a b', repositories: a, allow: [pull]}]}", "'a b' is nobody"),
    ("access: {rules: [{who: group:x, repositories: a, allow: [pull]}]}", "there is no group 'x'"),
    ("access: {rules: [{who: ann, repositories: a, allow: pull, from: 10.0.0.1/8}]}", "that network is 10.0.0.0/8"),
    ("access: {groups: {a: ['group:b'], b: []}, rules: []}", "1:23: access.groups.a[0]: members of a group are names"),
    ("access: {groups: {'a b': [x]}, rules: []}", "is no name for a group"),
    (
      "access: {identities: {jwt: [{issuer: 'https://i', audience: a, as: 'ci:{x}'}]}, rules: []}",
      "lacks the key 'require'"
    ),
    (
      "access: {identities: {jwt: [{issuer: 'https://i', audience: a, require: {}, as: 'ci:{x}'}]}, rules: []}",
      "at least one claim"
    ),
    (
      "access: {identities: {jwt: [{issuer: 'https://i', audience: a, require: {b: c}, as: '{x}'}]}, rules: []}",
      "begins with no literal prefix"
    ),
    (
      "access: {identities: {jwt: [{issuer: 'https://i', audience: a, require: {b: c}, as: 'ci{x}:'}]}, rules: []}",
      "begins with no literal prefix"
    ),
    (
      "access: {identities: {jwt: [{issuer: 'https://i', audience: a, require: {b: c}, as: 'token:{x}'}]}, rules: []}",
      "'token:' is reserved"
    ),
    (
      "access: {identities: {jwt: [{issuer: 'https://i', audience: a, require: {b: c}, as: 'group:{x}'}]}, rules: []}",
      "'group:' is reserved"
    ),
    (
      "access: {identities: {jwt: [{issuer: 'https://i', audience: a, require: {b: c}, as: 'ci:all'}]}, rules: []}",
      "has no claim in it"
    ),
    (
      "access: {identities: {jwt: [{issuer: 'https://i', audience: a, require: {b: c}, as: 'ci:{x'}]}, rules: []}",
      "braces that do not hold"
    ),
    (
      "access: {identities: {jwt: [{issuer: 'http://i', audience: a, require: {b: c}, as: 'ci:{x}'}]}, rules: []}",
      "an https:// URL only"
    ),
    (
      "access: {identities: {jwt: [{issuer: 'https://i', audience: '', require: {b: c}, as: 'ci:{x}'}]}, rules: []}",
      "a name of this Berth"
    ),
    (
      "access: {identities: {jwt: [{issuer: 'https://i', audience: a, require: {b: c}, as: 'ci:{x}'}, "
        + "{issuer: 'https://j', audience: a, require: {b: c}, as: 'ci:{y}'}]}, rules: []}",
      "a prefix of its own"
    ),
    ("access: {identities: {clientCertificates: {identity: uri}}, rules: []}", "lacks the key 'authority'"),
    ("access: {identities: {clientCertificates: {authority: c, identity: cn}}, rules: []}", "one of uri, dns"),
    ("trustedProxies: [proxy.example]", "is no network"),
    ("admin: {address: a:1, users: [ann]}", "need 'access' with identities"),
    ("admin: {address: a:1, users: [anonymous]}", "not enough for the admin API"),
    ("admin: {address: a:1, users: ['group:x']}\naccess: {rules: []}", "there is no group 'x'"),
    ("admin: {address: a:1, mirror: true}", "unknown key"),
    ("metrics: {address: a:1, users: [ann]}", "nobody is asked"),
    ("metrics: 127.0.0.1:5000", "is already in 'listen' or 'admin'"),
    ("listen: {address: 'unix:/s', proxyProtocol: true}", "is for TCP balancers"),
    ("clients: {bandwidth: 10}", "at least 1KiB"),
  ])
  func refuses(text: String, complaint: String) {
    let found = problems(text)
    #expect(found.contains { $0.contains(complaint) }, "\(found)")
  }

  private static let bcrypt = "$2y$05$c4WoMPo3SXsafkva.HHa6u7b1XOWKqA7XZANDrnv4IVny/8ABNR66"

  private static var contents: FileContents {
    var contents = FileContents.unread
    contents.passwords = { path in
      Result { () throws(AccessFileError) in
        do throws(AccessError) { return try PasswordFile(parsing: path.hasSuffix("bad") ? "x" : "ann:\(bcrypt)") } catch
        {
          throw AccessFileError(path, "\(error)")
        }
      }
    }
    contents.tokens = { path in
      Result { () throws(AccessFileError) in
        let records = try TokenFile.parse(
          "[{id: ci, sha256: \(String(repeating: "0", count: 64))}, {id: x, subject: bob, sha256: \(String(repeating: "1", count: 64))}]",
          path: path
        ).records
        return try? TokenTable(records.map(\.entry))
      }
    }
    return contents
  }

  private func doubts(_ text: String) throws -> [String] {
    try read(text, contents: Self.contents).warnings.map { String($0.description(in: "").dropFirst()) }
  }

  @Test(arguments: [
    ("eve", "docker.io/library/**", "access.rules[0].who: can never match: the password file has no user 'eve'"),
    ("group:none", "**", "can never match: group 'none' has no members"),
    ("cert:x", "**", "identities.clientCertificates is not set"),
    ("token:cd", "**", "no token that stands for 'token:cd'"),
    ("ci:acme/*", "**", "no identity begins with 'ci:'"),
    ("ann", "dockr.io/**", "access.rules[0].repositories: 'dockr.io' is no upstream; did you mean docker.io?"),
    ("ann", "acme/**", "'acme' is no upstream: the pattern fits nothing that is proxied"),
    ("ann", "docker.io/alpine", "write that"),
    ("ann", "index.docker.io/library/alpine", "write docker.io/library/alpine"),
  ])
  func warnsOfWhatNeverMatches(who: String, pattern: String, doubt: String) throws {
    let found = try doubts(
      "access: {identities: {htpasswd: u, tokens: t}, groups: {none: []}, "
        + "rules: [{who: '\(who)', repositories: '\(pattern)', allow: pull}]}"
    )
    #expect(found.contains { $0.contains(doubt) }, "\(found)")
  }

  @Test func doesNotWarnOfTheRest() throws {
    for who in ["ann", "token:ci", "token:*", "*", "*/x", "authenticated"] {
      for pattern in ["**", "docker.io/**", "docker.io/library/alpine", "*/acme/**", "ghcr.io/acme"] {
        let found = try doubts(
          "access: {identities: {htpasswd: u, tokens: t}, rules: [{who: '\(who)', repositories: '\(pattern)', allow: pull}]}"
        )
        #expect(found.allSatisfy { $0.contains("who is no user") } && found.count == 1, "\(found)")
      }
    }
  }

  @Test func aWrongPasswordFileIsToldWithItsLine() {
    let found = problems("access: {identities: {htpasswd: bad}, rules: []}", contents: Self.contents)
    #expect(
      found == [
        "1:33: access.identities.htpasswd: cannot use '/etc/berth/bad': line 1: a line is NAME:HASH; 'berth passwd NAME' prints one"
      ]
    )
  }

  @Test func withRulesNobodySharesACredentialUnasked() throws {
    let text = "listen: 0.0.0.0:80\nupstreams: {quay.io: {credentials: [{username: bot, passwordFile: /p}]}}\n"
    #expect(try read(text).warnings.count == 1)
    #expect(try read(text + "access: {rules: []}").warnings.isEmpty)
  }
}
