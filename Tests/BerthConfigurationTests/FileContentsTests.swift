import Certificates
import Testing
import Upstream

@testable import BerthConfiguration

/// What is wrong with files that the configuration names is told at the key that names the one at fault.
@Suite struct FileContentsTests {
  private static let day: Int64 = 86_400

  /// Files of which one thing at a time is wrong.
  private func files(_ change: (inout FileContents) -> Void) -> FileContents {
    var contents = FileContents.unread
    contents.now = { 1_000 * Self.day }
    change(&contents)
    return contents
  }

  @Test(arguments: [
    ("/k", CertificateFileError.Problem.encryptedKey, "1:31: tls.key: cannot use '/k': the private key is encrypted"),
    ("/c", .holdsKey, "1:21: tls.certificate: cannot use '/c': holds a private key where"),
    ("/k", .keyOfAnother(certificate: "/c"), "1:31: tls.key: cannot use '/k': the private key does not belong to"),
    ("/c", .empty, "1:21: tls.certificate: cannot use '/c': the file is empty"),
  ])
  func anIdentityThatCannotBeUsed(_ path: String, _ problem: CertificateFileError.Problem, _ complaint: String) throws {
    let contents = files { $0.identity = { _, _ in .failure(CertificateFileError(path, problem)) } }
    let found = problems("tls: {certificate:  /c, key:  /k}", contents: contents)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(complaint) == true, "\(found)")
    let client = problems(
      "upstreams: {quay.io: {clientCertificate: {certificate: /c, key: /k}}}",
      contents: contents
    )
    #expect(client.first?.contains(": upstreams.quay.io.clientCertificate.") == true, "\(client)")
  }

  @Test(arguments: [
    (Int64(0), Int64(1_014), nil, false),
    (0, 1_013, "expires in 13 days: renew it", false),
    (0, 1_001, "expires in 1 day: renew it", false),
    (0, 1_000, "expires in 0 days", false),
    (0, 999, "has expired 1 day ago", true),
    (0, 900, "has expired 100 days ago", true),
    (1_002, 2_000, "is not valid for another 3 days", true),
  ])
  func howLongACertificateIsGood(_ first: Int64, _ last: Int64, _ words: String?, _ isDefect: Bool) throws {
    let validity = CertificateValidity.from(first * Self.day, to: last * Self.day)
    let contents = files { $0.identity = { _, _ in .success(validity) } }
    let found = try read("tls: {certificate: /c, key: /k}", contents: contents).warnings
    #expect(found.map(\.path) == (words == nil ? [] : ["tls.certificate"]))
    if let words { #expect(found.first?.message.contains(words) == true, "\(found)") }
    #expect(found.contains(where: \.isDefect) == isDefect)
  }

  @Test func authoritiesAreRead() throws {
    let text = "upstreams: {quay.io: {trustRoots: [/good, /bad]}}"
    let contents = files { contents in
      contents.authorities = { path in
        path == "/bad" ? .failure(CertificateFileError(path, .notPEM)) : .success(.unknown)
      }
    }
    let found = problems(text, contents: contents)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("1:43: upstreams.quay.io.trustRoots[1]: cannot use '/bad': not a PEM file") == true)
  }

  @Test func credentialsAreLookedAt() throws {
    func rule(_ text: String) -> String { "upstreams: {quay.io: {credentials: [\(text)]}}" }
    let broken = files { contents in
      contents.dockerConfiguration = { "\($0) is not a JSON object" }
      contents.passwordFile = { "\($0): it holds no password" }
    }
    let docker = problems(rule("{dockerConfig: /d}"), contents: broken)
    #expect(docker.first?.hasSuffix("dockerConfig: cannot use /d is not a JSON object") == true, "\(docker)")
    let password = problems(rule("{username: a, passwordFile: /p}"), contents: broken)
    #expect(password.first?.hasSuffix("passwordFile: cannot use /p: it holds no password") == true, "\(password)")

    let doubtful = files { contents in
      contents.isWorldReadable = { _ in true }
      contents.hasHelper = { _ in false }
    }
    let open = try read(rule("{username: a, passwordFile: /p}"), contents: doubtful).warnings
    #expect(open.map(\.isDefect) == [false])
    #expect(open.first?.message.contains("chmod the file to 600") == true)
    let helper = try read(rule("{helper: ecr-login}"), contents: doubtful).warnings
    #expect(helper.map(\.isDefect) == [true])
    #expect(helper.first?.message.contains("docker-credential-ecr-login is in no directory of PATH") == true)
  }
}
