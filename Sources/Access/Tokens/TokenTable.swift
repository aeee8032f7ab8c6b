public import OCI

/// The machine tokens that are valid, by what is stored of them.
public struct TokenTable: Sendable, Hashable {
  /// One secret of a token. A token may have two at once, so that it can be changed without a gap.
  public struct Entry: Sendable, Hashable {
    /// The token's name, which stays when its secret changes.
    public var id: String
    /// SHA-256 of the secret.
    public var hash: Digest
    /// Whom it stands for.
    public var subject: Subject.Name
    /// When it ends, in seconds since 1970; nil: never.
    public var expiresAt: Int64?

    /// A secret of the token `id`.
    public init(id: String, hash: Digest, subject: Subject.Name, expiresAt: Int64?) {
      (self.id, self.hash, self.subject, self.expiresAt) = (id, hash, subject, expiresAt)
    }
  }

  /// Secrets of one token that may be valid at once.
  public static let maxSecretsOfOne = 2
  /// Most secrets of all tokens.
  public static let maxEntries = 100_000

  private let entries: [Digest: Entry]
  private let secretsByID: [String: [Entry]]

  /// No tokens.
  public static let empty = TokenTable()

  private init() { (entries, secretsByID) = ([:], [:]) }

  /// - Throws: ``AccessError/invalidTokenLine(line:reason:)`` with the entry's position, counted from 1.
  public init(_ entries: [Entry]) throws(AccessError) {
    var table: [Digest: Entry] = [:]
    var secrets: [String: Int] = [:]
    for (index, entry) in entries.enumerated() {
      secrets[entry.id, default: 0] += 1
      guard secrets[entry.id, default: 0] <= Self.maxSecretsOfOne else {
        throw .invalidTokenLine(line: index + 1, reason: "token '\(entry.id)' has more than two secrets: revoke one")
      }
      guard table.updateValue(entry, forKey: entry.hash) == nil else {
        throw .invalidTokenLine(line: index + 1, reason: "the secret of token '\(entry.id)' stands there twice")
      }
    }
    self.entries = table
    secretsByID = Dictionary(grouping: entries, by: \.id)
  }

  /// All secrets, in no order.
  public var all: some Collection<Entry> { entries.values }

  /// The secrets of one token that have not expired.
  func secrets(of id: String, at now: Int64) -> [Entry] {
    secretsByID[id, default: []].filter { $0.expiresAt ?? .max > now }
  }

  /// Whom a token stands for; nil for one that is not there or has expired.
  public func find(_ token: MachineToken, at now: Int64) -> Entry? {
    guard let entry = entries[token.hash] else { return nil }
    if let end = entry.expiresAt, end <= now { return nil }
    return entry
  }

  /// When the next of them ends, of those that have not yet.
  public func nextExpiry(after now: Int64) -> Int64? {
    entries.values.compactMap(\.expiresAt).filter { $0 > now }.min()
  }
}
