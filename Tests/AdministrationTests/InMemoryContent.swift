import NIOCore
import OCI
import Store

@testable import Administration

/// A store that is a few dictionaries: what a walk of images reads, without a disk.
struct InMemoryContent: ContentStore {
  var limits = Limits()
  var contents: [Digest: (bytes: [UInt8], mediaType: MediaType?)] = [:]
  var referrers: [Digest: [Digest]] = [:]

  func record(of digest: Digest) throws(OperationError) -> ContentRecord? {
    contents[digest].map { ContentRecord(size: Int64($0.bytes.count), mediaType: $0.mediaType, lastAccess: 1) }
  }

  func document(_ digest: Digest) async throws(OperationError) -> (manifest: Manifest, size: RemoteSize)? {
    guard let found = contents[digest], let mediaType = found.mediaType else { return nil }
    let manifest = found.bytes.withUnsafeBytes { try? Manifest.parse($0, declared: mediaType, limits: limits) }
    return manifest.map { ($0, RemoteSize(clamping: found.bytes.count)) }
  }

  func bytes(of digest: Digest, _ record: ContentRecord) async throws(OperationError) -> ByteBuffer? {
    contents[digest].map { ByteBuffer(bytes: $0.bytes) }
  }

  func referrers(of subject: Digest, in repository: Repository) throws(OperationError) -> [Digest] {
    referrers[subject] ?? []
  }

  /// Holds some bytes.
  @discardableResult
  mutating func put(_ bytes: [UInt8], _ mediaType: MediaType? = nil) -> Digest {
    let digest = Digest.of(bytes)
    contents[digest] = (bytes, mediaType)
    return digest
  }
}
