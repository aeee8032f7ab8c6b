/// An entry of a tar: what it is called, and where its bytes lie.
struct TarEntry: Equatable {
  enum Kind: Equatable {
    case file
    case directory
    /// A link of either kind, with what it names, as it stands.
    case link(target: String)
  }

  /// Components joined by single slashes; none is `.` or `..`. The archive's root is the empty name.
  var name: String
  var kind: Kind
  /// Where its bytes begin in the archive.
  var offset: Int64
  /// Length in bytes; 0 of whatever is not a file.
  var size: Int64
}
