import OCI
import Testing

@testable import Access

@Suite struct PasswordTests {
  // All of the password "secret".
  static let bcrypt = "$2y$05$c4WoMPo3SXsafkva.HHa6u7b1XOWKqA7XZANDrnv4IVny/8ABNR66"
  static let yescrypt = "$y$j9T$KaZ8YmEYAzXmYAO0uZMyW1$APj9/E9EfEMnAPsg/dpCc/Qp1c5t/RWPdQnwvdV5Y39"
  static let sha512 =
    "$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDe"
    + "hy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1"

  @Test func usersAreRead() throws {
    let file = try PasswordFile(parsing: "# users\n\nann:\(Self.bcrypt)\nbob:\(Self.sha512)\n")
    #expect(file.count == 2)
    #expect(file.hash(of: try #require(Subject.Name("ann")))?.scheme == .bcrypt)
    #expect(file.hash(of: try #require(Subject.Name("bob")))?.scheme == .sha512crypt)
    #expect(file.hash(of: try #require(Subject.Name("eve"))) == nil)
  }

  @Test(arguments: [
    ("ann", "NAME:HASH"),
    (":\(bcrypt)", "a name has no colon"),
    ("a b:\(bcrypt)", "a name has no colon"),
    ("authenticated:\(bcrypt)", "a name has no colon"),
    ("ann:secret", "plain-text and DES"),
    ("ann:rqXexS6ZhobKA", "plain-text and DES"),
    ("ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "{SHA}"),
    ("ann:$apr1$x$yyyyyyyyyyyyyyyyyyyyyy", "htpasswd -B"),
    ("ann:$1$x$yyyyyyyyyyyyyyyyyyyyyy", "MD5 ($1$)"),
    ("ann:$5$x$yyyyyyyyyyyyyyyyyyyyyy", "SHA-256"),
    ("ann:$2a$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC", "old bcrypt"),
    ("ann:$2y$05$short", "cut short"),
    ("ann:$2y$31$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC", "cost 31"),
    ("ann:$6$rounds=999999999$saltsalt$aa", "rounds"),
    ("ann:$6$salt$short", "cut short"),
    ("ann:$y$jFT$abc$def", "another form"),
    ("ann:\(bcrypt):more", "characters that no hash has"),
  ])
  func aWrongLineIsNamed(line: String, hint: String) {
    #expect {
      try PasswordFile(parsing: "ok:\(Self.bcrypt)\n\(line)\n")
    } throws: { error in
      "\(error)".hasPrefix("line 2: ") && "\(error)".contains(hint) && !"\(error)".contains("c4WoMPo3SX")
    }
  }

  @Test func aSecondLineForOneUserIsAnError() {
    #expect { try PasswordFile(parsing: "ann:\(Self.bcrypt)\nbob:\(Self.bcrypt)\nann:\(Self.bcrypt)") } throws: {
      "\($0)" == "line 3: the name stands on line 1 already"
    }
  }

  @Test func hashesAreNotShown() throws {
    let hash = try PasswordHash(parsing: Self.bcrypt)
    var dumped = ""
    dump(hash, to: &dumped)
    #expect(!"\(hash) \(dumped)".contains("c4WoMPo3SX"))
  }

  @Test(arguments: [bcrypt, yescrypt, sha512])
  func libcryptJudges(hash: String) throws {
    let hash = try PasswordHash(parsing: hash)
    let check = PasswordCheck()
    #expect(check.isRight(Secret("secret"), for: hash))
    for wrong in ["", "Secret", "secret ", "secret\u{0}", String(repeating: "x", count: 600)] {
      #expect(!check.isRight(Secret(wrong), for: hash))
    }
  }

  @Test(arguments: [PasswordHash.Scheme.bcrypt, .yescrypt])
  func aHashThatIsMadeIsRight(_ scheme: PasswordHash.Scheme) throws {
    let hash = try PasswordHash(parsing: try PasswordHash.make(Secret("secret"), scheme))
    #expect(hash.scheme == scheme)
    #expect(
      PasswordCheck().isRight(Secret("secret"), for: hash) && !PasswordCheck().isRight(Secret("Secret"), for: hash)
    )
  }

  @Test func passwordsThatAHashWouldNotHeedAreRefused() {
    let long = Secret(String(repeating: "a", count: 73))
    #expect(throws: PasswordHash.MakingProblem.tooLong(maxBytes: 72)) { try PasswordHash.make(long, .bcrypt) }
    #expect(throws: PasswordHash.MakingProblem.empty) { try PasswordHash.make(Secret(""), .yescrypt) }
  }

  @Test func unknownUsersCostWhatMostDo() throws {
    let file = try PasswordFile(parsing: "a:\(Self.sha512)\nb:\(Self.bcrypt)\nc:\(Self.bcrypt)")
    #expect(file.decoy?.scheme == .bcrypt)
    #expect(PasswordFile.empty.decoy == nil)
  }
}
