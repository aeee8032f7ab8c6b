import Dispatch
import Glibc
import LMDB
import OCI
import Synchronization
import Testing

@testable import Store

@Suite struct GroupCommitTests {
  let fixture = TestStore()
  let environment: Environment
  let tables: IndexTables
  let writer: IndexWriter
  let commits = Commits()

  /// What the writer reported.
  final class Commits: Sendable {
    let all = Mutex<[IndexWriter.Commit]>([])
    var count: Int { all.withLock { $0.count } }
  }

  /// A failure that a test's change throws.
  static let refusal = StoreError.contentMissing(digest("refused"))

  init() throws {
    let directory = try StoreDirectory(path: fixture.path)
    let options = fixture.options()
    let index = try OpenIndex(in: directory, options) { _, _ in }
    environment = index.environment
    tables = index.tables
    let commits = commits
    let ledger = SpaceLedger(SpaceBudget(SpaceLimits(StoreCapacity(), fileSystemBytes: 1 << 40)))
    writer = IndexWriter(environment, tables, options, ledger, isDiskFull: { false }, failed: { _ in }) { commit in
      commits.all.withLock { $0.append(commit) }
    }
  }

  /// Holds the writer in a change until `count` more changes wait, so that they are committed as one group.
  private func gather<Result: Sendable>(
    _ count: Int,
    _ change: @escaping @Sendable (Int, borrowing IndexWrite) throws(StoreError) -> Result
  ) async -> [Swift.Result<Result, StoreError>] {
    let (begun, mayEnd) = (AsyncStream<Void>.makeStream(), DispatchSemaphore(value: 0))
    return await withTaskGroup { group in
      async let holding: Void? = try? writer.write { _ throws(StoreError) in
        begun.continuation.yield()
        mayEnd.wait()
      }
      for await _ in begun.stream { break }
      for number in 0..<count {
        group.addTask { () -> (Int, Swift.Result<Result, StoreError>) in
          do throws(StoreError) {
            return (
              number, .success(try await writer.write { (index) throws(StoreError) in try change(number, index) })
            )
          } catch { return (number, .failure(error)) }
        }
      }
      while writer.waitingCount < count { await Task.yield() }
      mayEnd.signal()
      var results: [Int: Swift.Result<Result, StoreError>] = [:]
      for await (number, result) in group { results[number] = result }
      await holding
      return (0..<count).compactMap { results[$0] }
    }
  }

  private func held() throws -> Int {
    try environment.read { (transaction) throws(LMDBError) in try transaction.count(tables.content) }
  }

  @Test func changesThatWaitShareOneCommit() async throws {
    let results = await gather(200) { (number, index) throws(StoreError) in
      try index.putContent(digest("\(number)"), ContentRecord(size: 2, lastAccess: 1))
      return number
    }
    #expect(try results.map { try $0.get() } == Array(0..<200))
    #expect(commits.count == 2, "the change that was held up, and all others")
    #expect(commits.all.withLock { $0.last?.totals } == StoreTotals(bytes: 400, count: 200))
    #expect(try held() == 200)
  }

  @Test func aRefusedChangeTakesNobodyAlong() async throws {
    let results = await gather(30) { (number, index) throws(StoreError) in
      try index.putContent(digest("\(number)"), ContentRecord(size: 2, lastAccess: 1))
      if number % 10 == 3 { throw Self.refusal }
    }
    for (number, result) in results.enumerated() {
      switch result {
      case .success: #expect(number % 10 != 3)
      case .failure(let error):
        #expect(number % 10 == 3)
        #expect(error == Self.refusal)
      }
    }
    #expect(try held() == 27)
    let totals = try environment.read { (transaction) throws(StoreError) in try tables.totals(transaction) }
    #expect(totals == StoreTotals(bytes: 54, count: 27))
    #expect(!writer.hasFailed)
  }

  @Test func aFullMapGrowsUnderTheWriter() async throws {
    let fixture = TestStore()
    let store = try fixture.open { $0.indexMapBytes = 256 << 10 }
    let longest = try Repository.longest()
    for round in 0..<20 {
      try await store.write { (index) throws(StoreError) in
        for number in 0..<100 {
          let digest = digest("\(round) \(number)")
          try index.putContent(digest, ContentRecord(size: 0, lastAccess: 0))
          try index.grant(longest, digest, GrantRecord(grantedAt: 0))
        }
      }
    }
    #expect(try store.environment.usage().mapBytes > 256 << 10)
    #expect(try store.lookUp(digest("0 0"), grantedTo: longest).grant != nil)
    await store.close()
  }

  @Test func aFatalFailureEndsAllWritingAndIsToldOnce() async throws {
    let told = Mutex<[StoreError]>([])
    let fixture = TestStore()
    let store = try fixture.open { $0.onIndexFailure = { error in told.withLock { $0.append(error) } } }
    let digest = try await store.keep([1])
    let broken = StoreError.index(LMDBError(.commit, code: EIO))
    await #expect(throws: broken) { try await store.write { _ throws(StoreError) in throw broken } }
    await #expect(throws: StoreError.indexIsReadOnly) { try await store.write { _ throws(StoreError) in } }
    #expect(told.withLock { $0 } == [broken])
    #expect(try store.bytes(of: digest) == [1], "what is held is still served")
    await store.close()
  }

  @Test func closingCommitsWhatWaits() async throws {
    let results = await gather(50) { (number, index) throws(StoreError) in
      try index.putContent(digest("\(number)"), ContentRecord(size: 2, lastAccess: 1))
    }
    await writer.close()
    #expect(results.count == 50)
    await #expect(throws: StoreError.closed) { try await writer.write { _ throws(StoreError) in } }
  }
}
