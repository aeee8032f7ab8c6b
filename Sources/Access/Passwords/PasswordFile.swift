/// Users and the hashes of their passwords, as `htpasswd` writes them: `NAME:HASH` a line.
///
/// Empty lines and lines that begin with `#` mean nothing. Every other line that cannot be used is an error: a file of which a
/// part is ignored locks out somebody whom its author let in.
public struct PasswordFile: Sendable, Hashable {
  /// Largest file, in bytes.
  public static let maxBytes = 4 << 20
  /// Most users.
  public static let maxUsers = 50_000

  private let hashes: [Subject.Name: PasswordHash]
  /// What the check of a user who does not exist is made with.
  let decoy: PasswordHash?

  /// No users.
  public static let empty = PasswordFile(hashes: [:], decoy: nil)

  private init(hashes: [Subject.Name: PasswordHash], decoy: PasswordHash?) {
    (self.hashes, self.decoy) = (hashes, decoy)
  }

  /// - Throws: ``AccessError/invalidPasswordLine(line:_:)`` for the first line that is wrong.
  public init(parsing text: String) throws(AccessError) {
    var hashes: [Subject.Name: PasswordHash] = [:]
    var firstLines: [Subject.Name: Int] = [:]
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      do throws(PasswordLineProblem) {
        let (name, hash) = try Self.entry(line)
        if let first = firstLines.updateValue(index + 1, forKey: name) { throw .duplicate(firstLine: first) }
        hashes[name] = hash
      } catch {
        throw .invalidPasswordLine(line: index + 1, error)
      }
    }
    self.init(hashes: hashes, decoy: Self.commonest(hashes.values))
  }

  /// How many users there are.
  public var count: Int { hashes.count }

  /// A user's hash; nil for one who is not there.
  public func hash(of name: Subject.Name) -> PasswordHash? { hashes[name] }

  private static func entry(_ line: Substring) throws(PasswordLineProblem) -> (Subject.Name, PasswordHash) {
    guard let colon = line.firstIndex(of: ":") else { throw .noColon }
    guard let name = Subject.Name(line[..<colon]), name.isBare else { throw .invalidName }
    return (name, try PasswordHash(parsing: line[line.index(after: colon)...]))
  }

  /// A hash that costs what most of the file's do; of several, the same one each time.
  private static func commonest(_ hashes: some Collection<PasswordHash>) -> PasswordHash? {
    let byCost = Dictionary(grouping: hashes) { hash in String(hash.text.prefix(7)) }
    return byCost.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }?.value.min { $0.text < $1.text }
  }
}
