import OCI

/// What an entry of an image layout is, told by its name. There are no others.
enum LayoutName: Equatable {
  /// `oci-layout`, `index.json`, and the two by which Docker's tools find images in the same tar.
  case document
  /// `blobs/sha256/…`.
  case blob(Digest)
  /// A directory of the above.
  case directory
  case unknown

  init(_ name: String) {
    switch name {
    case "oci-layout", "index.json", "manifest.json", "repositories": self = .document
    case "", "blobs", "blobs/sha256", "blobs/sha512": self = .directory
    default: self = Self.digest(of: name).map(LayoutName.blob) ?? .unknown
    }
  }

  private static func digest(of name: String) -> Digest? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "blobs" else { return nil }
    return try? Digest(parsing: "\(parts[1]):\(parts[2])")
  }

  /// Where a layout keeps that content.
  static func path(of digest: Digest) -> String { "blobs/\(digest.algorithm.name)/\(digest.hex)" }
}
