/// What the readers of all sections share.
struct ReadingContext {
  let findings: Findings
  /// The folder of the configuration file: relative paths in it start there.
  let folder: String
  /// Looks at the files that the configuration names.
  let probe: FileProbe
  /// Looks into them.
  let contents: FileContents
  /// Whether everybody on this machine can read the configuration file.
  let isWorldReadable: Bool

  /// `path` as the process can open it, whatever its working directory.
  func resolved(_ path: String) -> String {
    guard !path.hasPrefix("/"), !folder.isEmpty else { return path }
    var rest = Substring(path)
    while rest.hasPrefix("./"), rest.count > 2 { rest = rest.dropFirst(2).drop { $0 == "/" } }
    return rest.isEmpty ? folder : "\(folder)/\(rest)"
  }
}
