import OCI
import Testing

@testable import Access

@Suite struct TokenTests {
  private let coder = AccessTokenCoder(key: Array(repeating: 7, count: 32), limits: Limits())

  private func token(expiresAt: Int64 = 1_000) throws -> AccessToken {
    AccessToken(
      subject: .named(try #require(Subject.Name("ann"))),
      credential: "ann",
      scopes: [try Scope(parsing: "repository:acme/app:pull"), try Scope(parsing: "repository:acme/app:pull,push")],
      expiresAt: expiresAt
    )
  }

  @Test func isReadAsItWasMade() throws {
    let coder = try #require(coder)
    for subject in [Subject.anonymous, try token().subject] {
      var token = try token()
      token.subject = subject
      #expect(try coder.decode(coder.encode(token).reveal(), at: 999) == token)
    }
  }

  @Test func endsInTime() throws {
    let coder = try #require(coder)
    let text = coder.encode(try token()).reveal()
    #expect(throws: AccessTokenCoder.Refusal.expired) { try coder.decode(text, at: 1_000) }
  }

  @Test func eachChangedCharacterIsNoticed() throws {
    let coder = try #require(coder)
    let text = Array(coder.encode(try token()).reveal().utf8)
    for index in text.indices {
      var changed = text
      changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      let changedText = String(decoding: changed, as: UTF8.self)
      #expect(throws: AccessTokenCoder.Refusal.invalid) { try coder.decode(changedText, at: 0) }
    }
  }

  @Test(arguments: [
    "", ".", "..", "...", "1..", "1.e30.", "2.e30.AAAA", "eyJhbGciOiJub25lIn0.e30.",
    String(repeating: "a", count: 1 << 20),
  ])
  func whatIsNoneOfOurs(text: String) throws {
    let coder = try #require(coder)
    #expect(throws: AccessTokenCoder.Refusal.invalid) { try coder.decode(text, at: 0) }
  }

  @Test func anotherKeyIsAnotherService() throws {
    let other = try #require(AccessTokenCoder(key: Array(repeating: 8, count: 32), limits: Limits()))
    let text = try #require(coder).encode(try token()).reveal()
    #expect(throws: AccessTokenCoder.Refusal.invalid) { try other.decode(text, at: 0) }
    #expect(AccessTokenCoder(key: Array(repeating: 8, count: 31), limits: Limits()) == nil)
  }

  @Test func scopesAreAUnion() throws {
    let token = try token()
    #expect(token.scopedActions(on: "acme/app") == [.pull, .push, .overwrite])
    #expect(token.scopedActions(on: "acme/apps") == [])
  }

  @Test func machineTokensTellThemselves() throws {
    var generator = SystemRandomNumberGenerator()
    let token = MachineToken.new(using: &generator)
    let text = token.secret.reveal()
    #expect(text.utf8.count == 38 && text.hasPrefix("berth_"))
    #expect(MachineToken(parsing: text)?.hash == token.hash)
    for wrong in ["", "berth_", String(text.dropLast()), text + "0", "birth_" + text.dropFirst(6), text.uppercased()] {
      #expect(MachineToken(parsing: wrong) == nil)
    }
    var mistyped = Array(text)
    mistyped.swapAt(8, 9)
    #expect(mistyped[8] == mistyped[9] || MachineToken(parsing: String(mistyped)) == nil)
  }

  @Test func aTokenHasTwoSecretsAtTheMost() throws {
    var generator = SystemRandomNumberGenerator()
    let subject = try #require(Subject.Name("token:ci"))
    let tokens = (0..<3).map { _ in MachineToken.new(using: &generator) }
    func entry(_ token: MachineToken, expiresAt: Int64? = nil) -> TokenTable.Entry {
      .init(id: "ci", hash: token.hash, subject: subject, expiresAt: expiresAt)
    }
    let table = try TokenTable([entry(tokens[0], expiresAt: 100), entry(tokens[1])])
    #expect(table.find(tokens[0], at: 99)?.subject == subject)
    #expect(table.find(tokens[0], at: 100) == nil)
    #expect(table.find(tokens[1], at: 1 << 40)?.id == "ci")
    #expect(table.find(tokens[2], at: 0) == nil)
    #expect(table.nextExpiry(after: 0) == 100 && table.nextExpiry(after: 100) == nil)
    #expect { try TokenTable(tokens.map { entry($0) }) } throws: {
      "\($0)".contains("line 3") && "\($0)".contains("revoke")
    }
    #expect { try TokenTable([entry(tokens[0]), entry(tokens[0])]) } throws: { "\($0)".contains("twice") }
  }
}
