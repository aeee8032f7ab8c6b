import NIOCore
import OCI
import Upstream

/// A manifest whose bytes are what its digest says, and whose meaning is the same to every reader.
struct VerifiedManifest: Sendable {
  let digest: Digest
  let manifest: Manifest
  let bytes: ByteBuffer

  /// - Throws: ``PullThroughError/contentMismatch(_:_:reason:)`` when the bytes are not those asked for;
  ///   ``PullThroughError/manifestRefused(_:_:reason:)`` when the document is ambiguous, or when
  ///   upstream's own digest of a tag's manifest differs (an upstream that varies by `Accept`).
  init(
    _ fetched: FetchedManifest,
    for reference: Reference,
    in repository: Repository,
    limits: Limits
  ) throws(PullThroughError) {
    bytes = fetched.bytes
    switch reference {
    case .digest(let expected):
      digest = bytes.withUnsafeReadableBytes { Digest.of($0, expected.algorithm) }
      guard digest == expected else {
        throw .contentMismatch(repository, expected, reason: "upstream sent a manifest with digest \(digest)")
      }
    case .tag:
      let algorithm = fetched.declaredDigest?.algorithm ?? .sha256
      digest = bytes.withUnsafeReadableBytes { Digest.of($0, algorithm) }
      if let declared = fetched.declaredDigest, declared != digest {
        throw .manifestRefused(repository, reference, reason: "it has digest \(digest), upstream says \(declared)")
      }
    }
    do throws(OCIError) {
      manifest = try bytes.withUnsafeReadableBytes { (bytes) throws(OCIError) in
        try Manifest.parse(bytes, declared: fetched.mediaType, limits: limits)
      }
    } catch {
      throw .manifestRefused(repository, reference, reason: "\(error)")
    }
  }
}
