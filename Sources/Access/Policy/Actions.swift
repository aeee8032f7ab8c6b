/// What may be done with a repository.
public struct Actions: OptionSet, Sendable, Hashable {
  /// A bit for each action.
  public let rawValue: UInt8

  /// The actions of these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Read manifests, blobs, tags and referrers.
  public static let pull = Actions(rawValue: 1)
  /// Add blobs and manifests, and make tags that do not exist yet.
  public static let push = Actions(rawValue: 2)
  /// Point a tag that exists at another manifest.
  public static let overwrite = Actions(rawValue: 4)
  /// Take away tags, manifests and blobs.
  public static let delete = Actions(rawValue: 8)

  /// Everything.
  public static let all: Actions = [.pull, .push, .overwrite, .delete]

  /// Each action with the word that configurations have for it, in the order in which they are listed.
  public static let words: [(word: String, action: Actions)] = [
    ("pull", .pull), ("push", .push), ("overwrite", .overwrite), ("delete", .delete),
  ]

  /// These, and what they cannot be done without: whoever pushes reads what is there.
  var withImplied: Actions { contains(.push) ? union(.pull) : self }
}

extension Actions: CustomStringConvertible {
  /// The words, with commas; `none` without any.
  public var description: String {
    let words = Self.words.filter { contains($0.action) }.map(\.word)
    return words.isEmpty ? "none" : words.joined(separator: ", ")
  }
}
