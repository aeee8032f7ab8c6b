import OCI
import Upstream

/// Whether upstream's successful answer to a HEAD by digest shows that the repository includes the content that is held under
/// that digest. Pure.
///
/// A status alone shows nothing: portals, login pages and misconfigured registries answer 200 to everything.
///
/// | `Docker-Content-Digest` | length | of a blob | of a manifest |
/// |---|---|---|---|
/// | the digest | as held, or not told, or nothing to compare with | proves | proves |
/// | the digest | another | contradicts | contradicts |
/// | another | any | contradicts | contradicts |
/// | none, or of another algorithm | as held | proves | says nothing |
/// | none, or of another algorithm | another | contradicts | contradicts |
/// | none, or of another algorithm | not told, or nothing to compare with | says nothing | says nothing |
///
/// The length of a manifest does not prove it: that is a few hundred bytes, as pages are.
enum HeadEvidence: Equatable {
  /// Upstream has shown it.
  case proves
  /// Only a GET can tell.
  case saysNothing
  /// What upstream has there is something else, or its answers to HEAD are not to be relied on.
  case contradicts

  /// - Parameter size: how long the content is, in bytes, as held or arriving; nil if that is not known.
  init(_ head: BlobHead, of digest: Digest, size: Int64?) {
    self.init(digest: head.digest, size: head.size, expected: digest, size, doesLengthProve: true)
  }

  /// - Parameter size: how long the manifest is, in bytes, as held; nil if that is not known.
  init(_ head: ManifestHead, of digest: Digest, size: Int64?) {
    self.init(digest: head.digest, size: head.size, expected: digest, size, doesLengthProve: false)
  }

  private init(digest: Digest?, size: Int64?, expected: Digest, _ expectedSize: Int64?, doesLengthProve: Bool) {
    let declared = digest.flatMap { $0.algorithm == expected.algorithm ? $0 : nil }
    if let declared, declared != expected {
      self = .contradicts
    } else if let size, let expectedSize, size != expectedSize {
      self = .contradicts
    } else if declared != nil {
      self = .proves
    } else {
      self = doesLengthProve && size != nil && expectedSize != nil ? .proves : .saysNothing
    }
  }
}
