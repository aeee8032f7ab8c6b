import OCI

/// Why a tar is refused. Nothing of it has been used by then.
public struct TarError: Error, Sendable, Equatable {
  /// What is wrong.
  public enum Reason: Error, Sendable, Equatable {
    /// The header's checksum is not that of its bytes: damaged, or not a tar at all.
    case badChecksum
    /// Neither POSIX's nor GNU's format.
    case unknownFormat
    /// A number in the header that is not one, or negative, or too large; `field` says which.
    case badNumber(field: String)
    /// Something else than a file or a directory; `type` is the header's type flag.
    case notAllowed(type: UInt8)
    /// A link where none may be.
    case link
    /// A file with holes: its length would be whatever the header claims.
    case sparse
    /// A name that is empty, too long, not ASCII, absolute, or leads out of the archive.
    case badName
    /// Two entries of one name, or two extension headers about one thing.
    case duplicate
    /// An extension header that cannot be read or may not be there.
    case badExtension(String)
    /// The archive ends before its end marker.
    case truncated
    /// Bytes behind the end marker.
    case trailingData
    /// More entries than `Limits.maxTarEntries`.
    case tooManyEntries(limit: Int)
    /// Compressed as a whole.
    case compressed(String)
  }

  /// What is wrong.
  public var reason: Reason
  /// Where: the offset in bytes of the header in question.
  public var offset: Int64
  /// The entry's name, made printable; empty if there is none yet.
  public var name: String

  init(_ reason: Reason, at offset: Int64, name: String = "") {
    (self.reason, self.offset) = (reason, offset)
    self.name = PrintableText.excerpt(name)
  }
}

extension TarError: CustomStringConvertible {
  /// One line for an operator.
  public var description: String {
    let place = name.isEmpty ? "at byte \(offset)" : "“\(name)” at byte \(offset)"
    return "\(place): \(reason)"
  }
}

extension TarError.Reason: CustomStringConvertible {
  /// A few words.
  public var description: String {
    switch self {
    case .badChecksum: "not a tar header (bad checksum)"
    case .unknownFormat: "neither POSIX nor GNU tar"
    case .badNumber(let field): "bad number in the field “\(field)”"
    case .notAllowed(let type): "neither file nor directory (type \(Self.shown(type)))"
    case .link: "a link"
    case .sparse: "a sparse file"
    case .badName: "a name that may not be there"
    case .duplicate: "there twice"
    case .badExtension(let what): "bad extension header: \(what)"
    case .truncated: "the archive is cut short"
    case .trailingData: "data behind the end of the archive"
    case .tooManyEntries(let limit): "more than \(limit) entries"
    case .compressed(let how): "the archive is compressed with \(how); decompress it first"
    }
  }

  private static func shown(_ type: UInt8) -> String {
    (0x21...0x7E).contains(type) ? "“\(Character(Unicode.Scalar(type)))”" : "\(type)"
  }
}
