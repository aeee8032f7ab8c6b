/// What the readers of all sections share.
struct ReadingContext {
  let findings: Findings
  /// The folder of the configuration file: relative paths in it start there.
  let folder: String
  /// Looks at the files that the configuration names.
  let probe: FileProbe
  /// Whether everybody on this machine can read the configuration file.
  let isWorldReadable: Bool

  /// `path` as the process can open it, whatever its working directory.
  func resolved(_ path: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
  }
}
