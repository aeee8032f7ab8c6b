import Foundation
import OCI
import Store

/// Fills a store as fast as a disk takes it: files straight into their places, rows by the thousand, nothing synced before
/// the end. What publishing costs is measured elsewhere.
struct Filling {
  private static let contentsPerCommit = 5_000

  let store: Store
  let directory: String
  let sample: SampleContents

  func fill(_ count: Int) async throws {
    for first in stride(from: 0, to: count, by: Self.contentsPerCommit) {
      let numbers = first..<min(count, first + Self.contentsPerCommit)
      let digests = try numbers.map { number in
        let bytes = sample.bytes(number)
        let digest = Digest.of(bytes)
        try put(bytes, as: digest)
        return digest
      }
      let repository = sample.repository
      try await store.write { (index) throws(StoreError) in
        for (number, digest) in zip(numbers, digests) {
          // The order of eviction is that of the numbers.
          try index.putContent(
            digest,
            ContentRecord(size: Int64(SampleContents.size), lastAccess: 1_000_000 + Int64(number))
          )
          try index.grant(repository, digest, GrantRecord(grantedAt: 1_000_000))
        }
      }
    }
  }

  private func put(_ bytes: [UInt8], as digest: Digest) throws {
    let hex = digest.hex
    let shard = "\(directory)/content/\(digest.algorithm.name)/\(hex.prefix(2))"
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
    var file = open("\(shard)/\(hex)", flags, 0o600)
    if file < 0, errno == ENOENT {
      try FileManager.default.createDirectory(atPath: shard, withIntermediateDirectories: true)
      file = open("\(shard)/\(hex)", flags, 0o600)
    }
    guard file >= 0 else { throw StoreBenchmark.Failure.system("open", errno: errno) }
    defer { close(file) }
    guard write(file, bytes, bytes.count) == bytes.count else {
      throw StoreBenchmark.Failure.system("write", errno: errno)
    }
  }
}
