import LMDB
import OCI

/// The keys of the index: text that can be read in a dump, never longer than LMDB's limit.
///
/// A repository may take 511 bytes by itself, so one that is long stands in keys abbreviated: its beginning, `~` (which
/// no name contains) and the hash of the whole. The longest key is then a referrer's: 230 + 2 · (1 + 135) = 502 bytes.
enum IndexKey {
  private static let maxRepositoryBytes = 230

  /// How many bytes of a repository's text its keys have in any case.
  static let verbatimRepositoryBytes = maxRepositoryBytes - 65

  /// Whether a repository's text is spelled out in keys; if not, its record must hold it.
  static func isSpelledOut(_ repository: Repository) -> Bool {
    repository.description.utf8.count <= maxRepositoryBytes
  }

  /// `sha256:…`, in `content`.
  static func content(_ digest: Digest) -> [UInt8] {
    build { $0.append(digest) }
  }

  /// `001700000000 sha256:…`, in `recency`: sorted by seconds since 1970.
  static func recency(_ seconds: Int64, _ digest: Digest) -> [UInt8] {
    build { key in
      key.append(decimal: seconds)
      key.append(UInt8(ascii: " "))
      key.append(digest)
    }
  }

  /// `docker.io/library/alpine:3.20`, in `tags`.
  static func tag(_ repository: Repository, _ tag: Tag) -> [UInt8] {
    build { key in
      key.append(repository, maxBytes: maxRepositoryBytes)
      key.append(UInt8(ascii: ":"))
      key.append(contentsOf: tag.description.utf8)
    }
  }

  /// What the keys of all tags of a repository begin with.
  static func tags(of repository: Repository) -> [UInt8] {
    build { key in
      key.append(repository, maxBytes: maxRepositoryBytes)
      key.append(UInt8(ascii: ":"))
    }
  }

  /// The text by which a repository stands in keys.
  static func repository(_ repository: Repository) -> [UInt8] {
    build { $0.append(repository, maxBytes: maxRepositoryBytes) }
  }

  /// `docker.io/library/alpine:3.20 000000000007`, in `history`: the tag's seventh move.
  static func history(_ repository: Repository, _ tag: Tag, move number: Int64) -> [UInt8] {
    var key = history(of: repository, tag)
    key.append(decimal: number)
    return key
  }

  /// What the keys of all moves of a tag begin with.
  static func history(of repository: Repository, _ tag: Tag) -> [UInt8] {
    self.tag(repository, tag) + [UInt8(ascii: " ")]
  }

  /// `docker.io/library/alpine@sha256:…`, in `grants`; in `referrers`, the answer about that subject.
  static func repository(_ repository: Repository, _ digest: Digest) -> [UInt8] {
    build { key in
      key.append(repository, maxBytes: maxRepositoryBytes)
      key.append(UInt8(ascii: "@"))
      key.append(digest)
    }
  }

  /// `~sha256:… docker.io/library/alpine`, in `grants`: that the repository has an earned grant of the digest. No
  /// repository begins with `~`, and these keys come after all others.
  static func holder(_ repository: Repository, of digest: Digest) -> [UInt8] {
    holder(self.repository(repository), of: digest)
  }

  /// The same, of a repository as it stands in keys.
  static func holder(_ repository: [UInt8], of digest: Digest) -> [UInt8] { holders(of: digest) + repository }

  /// What the keys of all holders of a digest begin with.
  static func holders(of digest: Digest) -> [UInt8] {
    build { key in
      key.append(holderMark)
      key.append(digest)
      key.append(UInt8(ascii: " "))
    }
  }

  /// What the keys of all holders begin with.
  static let holderMark = UInt8(ascii: "~")

  /// As ``repository(_:_:)``, of a repository as it stands in keys.
  static func repository(_ repository: [UInt8], _ digest: Digest) -> [UInt8] {
    build { key in
      key.append(contentsOf: repository)
      key.append(UInt8(ascii: "@"))
      key.append(digest)
    }
  }

  /// `docker.io/library/alpine@sha256:…@sha256:…`, in `referrers`: one referrer of a subject.
  static func referrer(_ repository: Repository, subject: Digest, _ digest: Digest) -> [UInt8] {
    var key = referrers(repository, subject: subject)
    key.append(digest)
    return key
  }

  /// What the keys of all referrers of a subject begin with.
  static func referrers(_ repository: Repository, subject: Digest) -> [UInt8] {
    self.repository(repository, subject) + [UInt8(ascii: "@")]
  }

  private static func build(_ body: (inout [UInt8]) -> Void) -> [UInt8] {
    var key: [UInt8] = []
    key.reserveCapacity(192)
    body(&key)
    return key
  }
}

extension [UInt8] {
  /// `sha256:…`.
  mutating func append(_ digest: Digest) {
    append(contentsOf: digest.algorithm.name.utf8)
    append(UInt8(ascii: ":"))
    digest.withUnsafeBytes { hash in
      for byte in hash {
        append(.lowerHexDigit(byte >> 4))
        append(.lowerHexDigit(byte))
      }
    }
  }

  /// Twelve digits, so that bytewise order is the order of numbers; what cannot be written so is cut off at the ends.
  mutating func append(decimal number: Int64) {
    var rest = Swift.min(Swift.max(number, 0), 999_999_999_999)
    var digits = [UInt8](repeating: UInt8(ascii: "0"), count: 12)
    for position in digits.indices.reversed() where rest > 0 {
      digits[position] += UInt8(rest % 10)
      rest /= 10
    }
    append(contentsOf: digits)
  }

  fileprivate mutating func append(_ repository: Repository, maxBytes: Int) {
    append(abbreviating: repository.description, maxBytes: maxBytes)
  }

  /// The text, or its beginning, `~` and its hash where it is longer than `maxBytes`.
  mutating func append(abbreviating text: String, maxBytes: Int) {
    let utf8 = text.utf8
    guard utf8.count > maxBytes else { return append(contentsOf: utf8) }
    append(contentsOf: utf8.prefix(maxBytes - 65))
    append(UInt8(ascii: "~"))
    append(contentsOf: Digest.of(utf8).hex.utf8)
  }
}

extension Digest {
  /// The digest at the end of a key, behind `separator`; nil if there is none.
  init?(endOf key: UnsafeRawBufferPointer, after separator: UInt8) {
    guard let position = key.lastIndex(of: separator) else { return nil }
    try? self.init(parsing: String(decoding: key[(position + 1)...], as: UTF8.self))
  }
}
