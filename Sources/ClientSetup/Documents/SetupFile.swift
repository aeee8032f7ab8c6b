/// One file of an engine's, and what of it is ours.
public struct SetupFile: Sendable {
  /// Where the engine looks for it: `/etc/docker/daemon.json`.
  public let path: String
  let document: Document

  /// What kind of file it is, which decides how it is laid over one that is there.
  enum Document: Sendable {
    /// A file that is ours alone, marked as such in its first line unless it is a certificate.
    case own(OwnFile)
    /// An object of which some members are ours.
    case json(JSONMerge)
    /// Tables of which some keys are ours.
    case toml(TOMLMerge)
    /// containerd's `config.toml`, of which one key is ours.
    case containerd(ContainerdConfiguration)
    /// A mapping of which some keys are ours.
    case yaml(YAMLMerge)
  }

  /// The whole file where there is none yet.
  public var text: String {
    switch document {
    case .own(let file): file.text
    case .json(let merge): merge.text
    case .toml(let merge): merge.text
    case .containerd(let configuration): configuration.text
    case .yaml(let merge): merge.text
    }
  }

  /// Whether settings that are not ours may stand in the file as well; they are kept.
  public var isShared: Bool {
    if case .own = document { false } else { true }
  }

  /// What is to be done to the file when `existing` stands in it; nil means that there is none.
  /// - Throws: `SetupError.cannotMerge` if that would lose what stands there.
  public func change(of existing: String?) throws(SetupError) -> FileChange {
    guard let existing, isShared ? !existing.allSatisfy(\.isWhitespace) : true else { return .created(text) }
    let result: String
    switch document {
    case .own(let file): return file.change(of: existing)
    case .json(let merge): result = try merge.merged(into: existing, path: path)
    case .toml(let merge): result = try merge.merged(into: existing, path: path)
    case .containerd(let configuration): result = try configuration.merged(into: existing, path: path)
    case .yaml(let merge): result = try merge.merged(into: existing, path: path)
    }
    return result == existing ? .unchanged : .replaced(by: result, keepsOld: true)
  }
}

/// What is to be done to a file.
public enum FileChange: Sendable, Hashable {
  /// Nothing: it says already what it should.
  case unchanged
  /// It is written with this text; there was none.
  case created(String)
  /// It is written with another text. Unless it was ours alone, the old one is kept beside it.
  case replaced(by: String, keepsOld: Bool)
}
