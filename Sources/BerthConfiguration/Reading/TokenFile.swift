public import Access
internal import OCI

/// The file of machine tokens: a YAML list, an entry for each secret. `berth token` writes it; people may.
public struct TokenFile: Sendable, Equatable {
  /// One secret, and what people want to know of it.
  public struct Record: Sendable, Equatable {
    /// What decides.
    public var entry: TokenTable.Entry
    /// What it is for, in somebody's words.
    public var note: String?

    /// A secret with a note.
    public init(entry: TokenTable.Entry, note: String?) { (self.entry, self.note) = (entry, note) }
  }

  /// In the order of the file.
  public var records: [Record]

  /// Largest file, in bytes.
  static let maxBytes = 16 << 20

  /// A file of these.
  public init(_ records: [Record] = []) { self.records = records }

  /// Reads the file at `path`.
  public static func read(_ path: String) throws(AccessFileError) -> TokenFile {
    try parse(try AccessFiles.text(path, maxBytes: maxBytes), path: path)
  }

  /// Whether the tokens as a whole can be used.
  public func check(path: String) throws(AccessFileError) {
    do throws(AccessError) { _ = try TokenTable(records.map(\.entry)) } catch {
      throw AccessFileError(path, "\(error)")
    }
  }

  /// Reads a file's text; all that is wrong is told with its line.
  static func parse(_ text: String, path: String) throws(AccessFileError) -> TokenFile {
    let findings = Findings()
    let context = ReadingContext(
      findings: findings,
      folder: "",
      probe: FileProbe { _ in nil },
      contents: .unread,
      isWorldReadable: false
    )
    guard let root = YAMLDocument.read(text, findings: findings) else {
      if let problem = findings.problems.first { throw failure(problem, path) }
      return TokenFile()
    }
    let field = Field(node: root, path: "", context: context)
    let records = field.list(of: "tokens, each with id and sha256") { $0.tokenRecord() } ?? []
    if let problem = findings.problems.first { throw failure(problem, path) }
    guard records.count <= TokenTable.maxEntries else {
      throw AccessFileError(path, "has more than \(TokenTable.maxEntries) tokens")
    }
    return TokenFile(records)
  }

  private static func failure(_ problem: ConfigurationError.Problem, _ path: String) -> AccessFileError {
    let place = problem.line.map { "line \($0): " } ?? ""
    let key = problem.path.isEmpty ? "" : "\(problem.path): "
    return AccessFileError(path, place + key + problem.message)
  }
}

enum TokenKey: String, SectionKey {
  case id, sha256, subject, expires, note
}

extension TokenTable.Entry {
  /// Whether a token can be called that: it is part of a subject's name, and of audit lines.
  public static func isID(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
          UInt8(ascii: "/"):
          true
        default: false
        }
      }
  }
}

extension Digest {
  /// The hash in hexadecimal, without the algorithm.
  var hexadecimal: String { String(description.drop { $0 != ":" }.dropFirst()) }
}

extension Field {
  fileprivate func tokenRecord() -> TokenFile.Record? {
    guard let section = section(TokenKey.self) else { return nil }
    for key in [TokenKey.id, .sha256] where section[key] == nil { section.lacks("the key '\(key.rawValue)'") }
    let id = section[.id]?.value(expected: "a name for the token") { text throws(InvalidValue) in
      guard TokenTable.Entry.isID(text) else {
        throw InvalidValue(expected: "a name of letters, digits, '-', '_', '.' and '/'", found: text)
      }
      return text
    }
    let hash = section[.sha256]?.value(expected: "64 hexadecimal digits") { text throws(InvalidValue) in
      // Somebody may have put the token itself here: it must not be shown.
      guard let digest = try? Digest(parsing: "sha256:\(text)") else {
        throw InvalidValue(
          "expected 64 hexadecimal digits, the SHA-256 of the token: 'berth token new --print' writes the entry"
        )
      }
      return digest
    }
    guard let id, let hash else { return nil }
    let subject = section[.subject]?.tokenSubject(id) ?? (section[.subject] == nil ? Subject.Name("token:\(id)") : nil)
    let expiry = section[.expires]?.value(expected: "a date such as 2027-01-31") { text throws(InvalidValue) in
      guard let time = TimestampText.parse(text) else {
        throw InvalidValue(expected: "a date such as 2027-01-31 or 2027-01-31T12:00:00Z", found: text)
      }
      return time
    }
    if section[.expires] != nil, expiry == nil { return nil }
    guard let subject else { return nil }
    let note = section[.note]?.text(expected: "a note")
    return TokenFile.Record(entry: .init(id: id, hash: hash, subject: subject, expiresAt: expiry), note: note)
  }

  /// The token itself, or a user: whom certificates and issuers name, a token cannot stand for.
  private func tokenSubject(_ id: String) -> Subject.Name? {
    value(expected: "a user's name, or token:\(id)") { text throws(InvalidValue) in
      guard let name = Subject.Name(text), name.isBare || text == "token:\(id)" else {
        throw InvalidValue(expected: "the name of a user of the password file, or token:\(id)", found: text)
      }
      return name
    }
  }
}
