import OCI
import Testing

@testable import Store

@Suite struct RecentTagsTests {
  private let recent = RecentTags()
  private let alpine: Repository

  init() throws { alpine = try repository("docker.io/library/alpine") }

  private func record(_ text: String) -> TagRecord {
    TagRecord(digest: digest(text), fetchedAt: 1, checkedAt: 2)
  }

  @Test func aRowIsKnownUntilTheIndexChanges() throws {
    let latest = try tag("latest")
    #expect(recent.find(latest, in: alpine) == nil)
    recent.remember(record("a"), of: latest, in: alpine, at: recent.revision)
    #expect(recent.find(latest, in: alpine) == record("a"))
    #expect(try recent.find(latest, in: repository("quay.io/library/alpine")) == nil)
    #expect(try recent.find(tag("late"), in: alpine) == nil)
    recent.committed()
    #expect(recent.find(latest, in: alpine) == nil)
  }

  @Test func aRowReadBeforeAChangeIsNotRememberedBehindIt() throws {
    let latest = try tag("latest")
    let revision = recent.revision
    recent.committed()
    recent.remember(record("b"), of: latest, in: alpine, at: recent.revision)
    recent.remember(record("a"), of: latest, in: alpine, at: revision)
    #expect(recent.find(latest, in: alpine) == record("b"))
  }

  @Test func theyAreFew() throws {
    let names = try (0..<3_000).map { try tag("v\($0)") }
    for name in names { recent.remember(record("a"), of: name, in: alpine, at: recent.revision) }
    #expect(names.count { recent.find($0, in: alpine) != nil } <= 1_024)
    #expect(recent.find(names[2_999], in: alpine) != nil)
  }
}
