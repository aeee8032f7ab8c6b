import OCI

/// The digest of that text.
func digest(_ text: String, _ algorithm: DigestAlgorithm = .sha256) -> Digest { .of(Array(text.utf8), algorithm) }

func repository(_ text: String) throws -> Repository { try Repository(parsing: text) }

func tag(_ text: String) throws -> Tag { try Tag(parsing: text) }

extension Repository {
  /// The longest repository there is: 511 bytes.
  static func longest(ending letter: Character = "b") throws -> Repository {
    let label = String(repeating: "a", count: 63)
    let host = [label, label, label, String(label.dropLast())].joined(separator: ".") + "a"
    return try Repository(parsing: "\(host)/\(String(repeating: "b", count: 254))\(letter)")
  }
}

extension UpstreamName {
  /// An upstream.
  static var example: UpstreamName { get throws { try UpstreamName(parsing: "example.com") } }
}
