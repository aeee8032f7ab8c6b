import Access
import BerthConfiguration
import Foundation
import Logging
import Synchronization
import Testing

@testable import berth

@Suite struct AccessWatchTests {
  private static let line = "ann:$2y$05$c4WoMPo3SXsafkva.HHa6u7b1XOWKqA7XZANDrnv4IVny/8ABNR66\n"

  /// A folder as Kubernetes makes it: `users` → `..data/users`, `..data` → a folder that is exchanged.
  @Test func filesBehindLinksAreReadAgainAndBrokenOnesAreNot() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    func publish(_ name: String, _ text: String) throws {
      let version = folder.appending(path: name)
      try FileManager.default.createDirectory(at: version, withIntermediateDirectories: true)
      try text.write(to: version.appending(path: "users"), atomically: false, encoding: .utf8)
      let draft = folder.appending(path: "..data_tmp").path
      try FileManager.default.createSymbolicLink(atPath: draft, withDestinationPath: name)
      #expect(rename(draft, folder.appending(path: "..data").path) == 0)
    }
    try publish("1", Self.line)
    try FileManager.default.createSymbolicLink(
      atPath: folder.appending(path: "users").path,
      withDestinationPath: "..data/users"
    )
    var rules = AccessRules(policy: try AccessPolicy(rules: [], groups: [:]))
    rules.htpasswd = folder.appending(path: "users").path
    let authority = Authority(try AccessFiles.snapshot(.rules(rules)))
    let problems = Mutex([String?]())
    let watch = AccessWatch(.rules(rules), authority: authority, log: Logger(label: "test")) { problem in
      problems.withLock { $0.append(problem) }
    }
    watch.look()
    #expect(problems.withLock { $0.isEmpty }, "nothing has changed")
    try publish("2", Self.line + "bob" + Self.line.dropFirst(3))
    watch.look()
    #expect(authority.snapshot.passwords.count == 2)
    try publish("3", "ann\n")
    watch.look()
    #expect(authority.snapshot.passwords.count == 2, "what was said before stays in force")
    #expect(problems.withLock { $0.last??.contains("users: line 1: ") } == true)
    try publish("4", Self.line)
    watch.look()
    #expect(authority.snapshot.passwords.count == 1 && problems.withLock { $0.last } == .some(nil))
  }
}
