import OCI
import Testing

@Suite struct SecretTests {
  // No way of printing shows the value.
  @Test func neverPrints() {
    let secret = Secret("hunter2")
    var dumped = ""
    dump(["key": secret], to: &dumped)
    let texts = [
      "\(secret)", String(reflecting: secret), String(describing: [secret]), "\(Optional(secret) as Any)", dumped,
    ]
    for text in texts { #expect(!text.contains("hunter2")) }
    #expect(secret.reveal() == "hunter2")
    #expect(secret == Secret("hunter2") && secret != Secret("hunter3"))
  }
}

@Suite struct OCIErrorTests {
  // Errors quote outside input; they must be fit for a log line and a header.
  @Test func excerptsArePrintableAndShort() {
    let hostile = "a\r\nSet-Cookie: x\u{1B}[31m\0é" + String(repeating: "z", count: 10_000)
    guard case .invalidTag(let text)? = #expect(throws: OCIError.self, performing: { try Tag(parsing: hostile) }) else {
      Issue.record("another error")
      return
    }
    #expect(text.hasPrefix("a??Set-Cookie: x?[31m???zzz"))
    #expect(text.count == 81 && text.last == "…")
  }

  static let errors: [(OCIError, ErrorCode)] = [
    (OCIError.invalidDigest("x"), ErrorCode.digestInvalid), (.unsupportedDigestAlgorithm("x"), .digestInvalid),
    (.invalidRepositoryName("x"), .nameInvalid), (.invalidUpstreamName("x"), .nameInvalid),
    (.invalidRepository("x"), .nameInvalid), (.invalidTag("x"), .manifestInvalid), (.invalidScope("x"), .unsupported),
    (.documentTooLarge(size: 2, limit: 1), .sizeInvalid), (.invalidJSON(reason: "x", offset: 0), .manifestInvalid),
    (.invalidManifest("x"), .manifestInvalid),
  ]

  @Test(arguments: errors)
  func everyErrorHasACodeAndALine(_ error: OCIError, _ code: ErrorCode) {
    #expect(error.code == code)
    #expect(!error.description.isEmpty && !error.description.contains("\n"))
  }

  // distribution-spec §Error Codes: `[A-Z_]+`.
  @Test func codesAreSpelledAsTheSpecificationSays() {
    for code in ErrorCode.allCases {
      #expect(code.rawValue.utf8.allSatisfy { (65...90).contains($0) || $0 == 95 })
    }
    #expect(ErrorCode.tooManyRequests.rawValue == "TOOMANYREQUESTS")
    #expect(ErrorCode.allCases.count == 15)
  }
}
