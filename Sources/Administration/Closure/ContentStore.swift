import NIOCore
import OCI
import PullThrough
import Store

/// What a walk of images reads. The store of the running program is one; tests walk others.
protocol ContentStore: Sendable {
  /// Bounds on documents.
  var limits: Limits { get }

  /// The row of some content; nil if it is not held.
  func record(of digest: Digest) throws(OperationError) -> ContentRecord?
  /// A manifest that is held, and its length in bytes; nil when it is not held or does not parse.
  func document(_ digest: Digest) async throws(OperationError) -> (manifest: Manifest, size: RemoteSize)?
  /// The bytes of some content, verified; nil when they are lost.
  func bytes(of digest: Digest, _ record: ContentRecord) async throws(OperationError) -> ByteBuffer?
  /// What refers to a manifest in a repository, as far as upstream has said.
  func referrers(of subject: Digest, in repository: Repository) throws(OperationError) -> [Digest]
}

/// The store, with its documents.
struct HeldContentStore: ContentStore {
  let store: Store
  let documents: HeldDocuments
  let limits: Limits

  func record(of digest: Digest) throws(OperationError) -> ContentRecord? {
    try OperationError.storing { () throws(StoreError) in try store.content(digest) }
  }

  func document(_ digest: Digest) async throws(OperationError) -> (manifest: Manifest, size: RemoteSize)? {
    do throws(StoreError) {
      return try await documents.document(digest)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  func bytes(of digest: Digest, _ record: ContentRecord) async throws(OperationError) -> ByteBuffer? {
    do throws(StoreError) {
      return try await documents.read(digest, record)
    } catch {
      if error.isContentLost { return nil }
      throw .storeFailed(reason: "\(error)")
    }
  }

  func referrers(of subject: Digest, in repository: Repository) throws(OperationError) -> [Digest] {
    try OperationError.storing { () throws(StoreError) in
      try store.referrers(repository, subject: subject)?.referrers.map(\.descriptor.digest) ?? []
    }
  }
}
