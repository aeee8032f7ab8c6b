import ArgumentParser
import Foundation
import Logging
import OCI
import Store

/// Measures the store by itself: start, memory, hits, publishing and eviction at a number of contents.
///
/// Prints one line of JSON with the figures that `benchmarks/workloads/store.py` reads.
@main
struct StoreBenchmark: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "store-benchmark")

  @Option(help: "The store's directory; must not exist yet.")
  var store: String

  @Option(help: "Contents that the store holds while it is measured.")
  var contents: Int

  @Option(help: "Contents that are looked up and opened.")
  var hits = 20_000

  @Option(help: "Contents that are looked up and opened before: the first in each shard, and on each page, cost more.")
  var warmUps = 400_000

  @Option(help: "Contents that are published, first one by one, then 16 at a time.")
  var publishes = 1_000

  @Option(help: "Share of the contents that is evicted.")
  var evictedShare = 0.1

  func validate() throws {
    guard contents > 0, hits > 0, warmUps >= 0, publishes > 0, (0...1).contains(evictedShare) else {
      throw ValidationError("Counts must be above 0, the share from 0 to 1.")
    }
    guard !FileManager.default.fileExists(atPath: store) else { throw ValidationError("\(store) exists already.") }
  }

  func run() async throws {
    var log = Logger(label: "store-benchmark")
    log.logLevel = .error
    let options = StoreOptions(path: store)
    let sample = SampleContents()

    let filled = try Store.open(options, log: log)
    try await Filling(store: filled, directory: store, sample: sample).fill(contents)
    await filled.close()
    // Nothing of the filling is to be written to the disk while something else is measured.
    sync()

    let clock = ContinuousClock()
    let start = clock.now
    let opened = try Store.open(options, log: log)
    var figures = Figures()
    figures.start_ms = (clock.now - start).milliseconds
    let hits = try measureHits(opened, sample)
    figures.hit_p50_us = hits.quantile(0.5).microseconds
    figures.hit_p99_us = hits.quantile(0.99).microseconds
    let memory = ProcessMemory.now()
    figures.resident_mb = memory.residentMegabytes
    figures.anonymous_mb = memory.anonymousMegabytes

    let publishing = Publishing(store: opened, sample: sample)
    let single = try await publishing.oneByOne(contents..<contents + publishes)
    figures.publish_p50_ms = single.quantile(0.5).milliseconds
    figures.publish_p99_ms = single.quantile(0.99).milliseconds
    let together = try await publishing.together(contents + publishes..<contents + 2 * publishes)
    figures.publishes_per_s = Double(publishes) / together.seconds

    figures.index_mb = Double(try allocatedBytes(under: store + "/index")) / 1e6
    figures.evictions_per_s = try await evictionsPerSecond(opened)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(figures), as: UTF8.self))
  }

  /// What a warm request costs the store: look-up with the grant, and opening the file; in no order.
  private func measureHits(_ store: Store, _ sample: SampleContents) throws -> Durations {
    var random = SplitMix64(state: 1)
    let clock = ContinuousClock()
    var durations = Durations()
    for _ in 0..<warmUps {
      let digest = sample.digest(Int.random(in: 0..<contents, using: &random))
      guard let record = try store.lookUp(digest, grantedTo: sample.repository).record else {
        throw Failure.notFound(digest)
      }
      _ = try store.open(digest, record)
    }
    for _ in 0..<hits {
      let digest = sample.digest(Int.random(in: 0..<contents, using: &random))
      let start = clock.now
      let found = try store.lookUp(digest, grantedTo: sample.repository)
      guard let record = found.record, found.grant != nil else { throw Failure.notFound(digest) }
      let file = try store.open(digest, record)
      durations.append(clock.now - start)
      withExtendedLifetime(file) {}
    }
    return durations
  }

  /// Files included: the store is closed, which waits for their removal.
  private func evictionsPerSecond(_ store: Store) async throws -> Double {
    let before = store.totals
    let clock = ContinuousClock()
    let start = clock.now
    try await store.evict(Int64(Double(before.bytes) * evictedShare))
    let evicted = before.count - store.totals.count
    await store.close()
    return Double(evicted) / (clock.now - start).seconds
  }

  private func allocatedBytes(under directory: String) throws -> Int64 {
    try FileManager.default.contentsOfDirectory(atPath: directory).reduce(into: 0) { sum, name in
      var status = stat()
      if stat("\(directory)/\(name)", &status) == 0 { sum += Int64(status.st_blocks) * 512 }
    }
  }

  enum Failure: Error {
    case notFound(Digest)
    case system(String, errno: Int32)
  }
}
