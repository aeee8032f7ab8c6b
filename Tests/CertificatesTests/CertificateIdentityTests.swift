import Foundation
import Testing

@testable import Certificates

/// Which file is at fault, and why, for every way in which two files can be no identity.
@Suite struct CertificateIdentityTests {
  private func problem(certificate: String, key: String) throws -> (
    file: String, problem: CertificateFileError.Problem
  )? {
    let folder = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = (folder.appending(path: "c.pem").path, folder.appending(path: "k.pem").path)
    try certificate.write(toFile: paths.0, atomically: false, encoding: .utf8)
    try key.write(toFile: paths.1, atomically: false, encoding: .utf8)
    do throws(CertificateFileError) {
      let identity = try CertificateIdentity(certificate: paths.0, key: paths.1)
      #expect(!identity.chain.certificates.isEmpty)
      return nil
    } catch {
      return (error.path == paths.0 ? "certificate" : "key", error.problem.withoutPaths)
    }
  }

  @Test func whatBelongsTogetherIsTaken() throws {
    #expect(try problem(certificate: Samples.certificate, key: Samples.key) == nil)
    // One file for both is usual.
    let both = Samples.certificate + Samples.key
    #expect(try problem(certificate: both, key: both) == nil)
    // Editors and tools put text before it, and other line ends.
    let decorated = "subject=CN = a\r\n" + Samples.certificate.replacingOccurrences(of: "\n", with: "\r\n")
    #expect(try problem(certificate: decorated, key: Samples.key) == nil)
  }

  @Test(arguments: [
    (Samples.key, Samples.certificate, "certificate", CertificateFileError.Problem.holdsKey),
    (Samples.certificate, Samples.certificate, "key", .holdsCertificate),
    (Samples.certificate, Samples.otherKey, "key", .keyOfAnother(certificate: "")),
    (Samples.certificate, Samples.encryptedKey, "key", .encryptedKey),
    (Samples.certificate, Samples.oldEncryptedKey, "key", .encryptedKey),
    ("", Samples.key, "certificate", .empty),
    (Samples.certificate, "", "key", .empty),
    ("0\u{82}\u{3}\u{1}", Samples.key, "certificate", .notPEM),
    (Samples.certificate, "hunter2\n", "key", .notPEM),
    (Samples.parameters, Samples.key, "certificate", .holdsNeither),
    (Samples.certificate, Samples.parameters, "key", .holdsNeither),
    (Samples.certificate.replacingOccurrences(of: "MII", with: "NII"), Samples.key, "certificate", .damaged),
    (Samples.certificate, Samples.key.replacingOccurrences(of: "MIG", with: "MIX"), "key", .damaged),
  ])
  func whatDoesNotIsRefused(
    _ certificate: String,
    _ key: String,
    _ file: String,
    _ problem: CertificateFileError.Problem
  ) throws {
    let found = try #require(try self.problem(certificate: certificate, key: key))
    #expect(found.file == file)
    #expect(found.problem == problem)
  }

  @Test func filesThatAreNotThere() {
    let error = #expect(throws: CertificateFileError.self) {
      try CertificateIdentity(certificate: "/nonexistent/c.pem", key: "/nonexistent/k.pem")
    }
    #expect(error?.description == "/nonexistent/c.pem: No such file or directory")
  }

  @Test func howLongItIsGood() throws {
    let chain = try CertificateChain(PEMFile(path: "c", bytes: Array(Samples.certificate.utf8)))
    #expect(chain.validity.notAfter - chain.validity.notBefore == 3_650 * 86_400)
    #expect(chain.longestValidity == chain.validity)
  }

  /// Of a certificate that is good from 100 to 10,000,000; a day has 86,400 seconds.
  private static let states: [(Int64, CertificateValidity.State)] = [
    (99, .notYet(days: 1)), (100, .good), (86_400, .good), (8_790_400, .good), (8_790_401, .endsSoon(days: 13)),
    (10_000_000, .endsSoon(days: 0)), (10_000_001, .expired(days: 0)), (10_086_400, .expired(days: 1)),
    (.min, .notYet(days: 106_751_991_167_301)), (.max, .expired(days: 106_751_991_167_184)),
  ]

  @Test(arguments: states)
  func theStateAtATime(_ now: Int64, _ state: CertificateValidity.State) {
    #expect(CertificateValidity.from(100, to: 10_000_000).state(at: now) == state)
  }
}

extension CertificateFileError.Problem {
  /// The same, without the name of a temporary file.
  fileprivate var withoutPaths: CertificateFileError.Problem {
    if case .keyOfAnother = self { return .keyOfAnother(certificate: "") }
    return self
  }
}
