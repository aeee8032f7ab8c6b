import Access
import Foundation
import OCI
import Testing

@testable import BerthConfiguration

@Suite struct AccessFilesTests {
  private static let hash = String(repeating: "ab", count: 32)

  @Test func tokensAreReadAsTheyAreWritten() throws {
    let records = [
      TokenFile.Record(
        entry: .init(
          id: "ci/build",
          hash: try Digest(parsing: "sha256:\(Self.hash)"),
          subject: try #require(Subject.Name("token:ci/build")),
          expiresAt: 1_800_000_000
        ),
        note: "for: \"the\" builder"
      ),
      TokenFile.Record(
        entry: .init(id: "x", hash: Digest.of([1]), subject: try #require(Subject.Name("ann")), expiresAt: nil),
        note: nil
      ),
    ]
    #expect(try TokenFile.parse(TokenFile(records).text, path: "t") == TokenFile(records))
    #expect(try TokenFile.parse(TokenFile().text, path: "t") == TokenFile())
    #expect(try TokenFile.parse("", path: "t") == TokenFile())
  }

  @Test(arguments: [
    ("- {id: a}", "line 1: [0]: lacks the key 'sha256'"),
    ("- {id: a b, sha256: \(hash)}", "a name of letters"),
    ("- {id: a, sha256: berth_secret}", "64 hexadecimal digits"),
    ("- {id: a, sha256: \(hash), expires: soon}", "a date such as"),
    ("- {id: a, sha256: \(hash), expires: 2027-02-30}", "a date such as"),
    ("- {id: a, sha256: \(hash), subject: 'cert:x'}", "user of the password file"),
    ("- {id: a, sha256: \(hash), subject: 'token:b'}", "user of the password file"),
    ("- {id: a, sha256: \(hash), subject: anonymous}", "user of the password file"),
    ("- {id: a, sha256: \(hash), owner: x}", "unknown key"),
    ("a: b", "expected a list"),
    ("- &a {id: a}", "anchors"),
  ])
  func wrongTokensAreTold(text: String, complaint: String) {
    #expect {
      try TokenFile.parse(text, path: "/t.yaml")
    } throws: { error in
      "\(error)".hasPrefix("/t.yaml: line 1: ") && "\(error)".contains(complaint)
        && !"\(error)".contains("berth_secret")
    }
  }

  @Test(
    arguments: [
      ("1970-01-01", 0), ("2027-01-31", 1_801_353_600), ("2027-01-31T12:00:01Z", 1_801_396_801),
      ("2024-02-29", 1_709_164_800),
      ("2023-02-29", nil), ("2027-13-01", nil), ("2027-01-31T24:00:00Z", nil), ("2027-1-31", nil), ("", nil),
      ("2027-01-31T12:00:00", nil),
    ] as [(String, Int64?)]
  )
  func dates(text: String, expected: Int64?) {
    #expect(TimestampText.parse(text) == expected)
    if let expected { #expect(TimestampText.render(expected).hasPrefix(text.prefix(10))) }
  }

  @Test func aSnapshotIsReadFromFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ name: String, _ text: String) throws -> String {
      let path = folder.appending(path: name).path
      try text.write(toFile: path, atomically: false, encoding: .utf8)
      return path
    }
    var rules = AccessRules(policy: try AccessPolicy(rules: [], groups: [:]))
    rules.htpasswd = try file("u", "ann:$2y$05$c4WoMPo3SXsafkva.HHa6u7b1XOWKqA7XZANDrnv4IVny/8ABNR66\n")
    rules.clientCertificates = ClientCertificateSettings(authority: "/ca")
    rules.clientCertificates?.denied = try file("d", "# lost\nserial: 00:AB:12\nsha256:\(Self.hash) # key\n\n")
    let snapshot = try AccessFiles.snapshot(.rules(rules))
    #expect(snapshot.passwords.count == 1 && snapshot.asksWho)
    #expect(snapshot.certificates?.denied.serials == ["ab12"] && snapshot.certificates?.denied.keys.count == 1)
    rules.clientCertificates?.denied = try file("d", "serial:12\nann\n")
    #expect { try AccessFiles.snapshot(.rules(rules)) } throws: { "\($0)".contains("/d: line 2: expected sha256:") }
    rules.htpasswd = "/nonexistent"
    #expect { try AccessFiles.snapshot(.rules(rules)) } throws: {
      "\($0)" == "/nonexistent: cannot be opened: No such file or directory"
    }
    #expect(try AccessFiles.snapshot(.open).mode == .open)
  }
}
