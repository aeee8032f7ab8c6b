/// A file that is ours alone. One that is there is replaced; if it is not ours, it is to be kept aside.
struct OwnFile: Sendable {
  let text: String

  private static let mark = "# Written by `berth client-setup"

  /// A configuration file, with a first line by which it is known again.
  init(for engine: Engine, mirror: Mirror, body: String) {
    text = """
      \(Self.mark) \(engine.rawValue)`: pulls go through \(mirror.url) first.
      # The next run with --write makes it anew: settings of your own belong in another file.
      \(body)
      """
  }

  /// A certificate, as it is.
  init(certificate: String) {
    text = certificate
  }

  func change(of existing: String) -> FileChange {
    if existing == text { return .unchanged }
    return .replaced(by: text, keepsOld: !existing.hasPrefix(Self.mark))
  }
}
