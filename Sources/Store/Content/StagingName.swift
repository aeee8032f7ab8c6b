import OCI

/// The name of a staging file: `sha256-<hex>-<16 hex digits>`, so that a download that was cut off by a restart is
/// found again by its digest, and two downloads of one digest never share a file.
struct StagingName: Hashable, Sendable {
  let digest: Digest
  /// What tells files of one digest apart.
  let nonce: UInt64

  init(_ digest: Digest, nonce: UInt64) {
    self.digest = digest
    self.nonce = nonce
  }

  /// Reads a name back; nil for anything that was not named so.
  init?(parsing text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let digest = try? Digest(parsing: "\(parts[0]):\(parts[1])"), parts[2].utf8.count == 16,
      let nonce = UInt64(parts[2], radix: 16)
    else { return nil }
    self.init(digest, nonce: nonce)
    guard self.text == text else { return nil }
  }

  /// The name as text.
  var text: String {
    let hex = String(nonce, radix: 16)
    return "\(digest.algorithm.name)-\(digest.hex)-\(String(repeating: "0", count: 16 - hex.count))\(hex)"
  }
}
