/// The YAML file in which an operator writes a ``Configuration``.
///
/// It is read strictly: an unknown key, a key twice, a value of another kind, a file that is named but not there are
/// errors. Everything that is wrong is told at once, each with its line and column.
public enum ConfigurationFile {
  /// Reads the file at `path` and lays it over ``Configuration/default``.
  ///
  /// Relative paths in the file start at the file's own folder.
  ///
  /// - Parameter looksIntoFiles: whether certificates, keys, passwords and docker configurations that the file names are
  ///   read, to tell what is wrong with them; false for who wants to know one setting and may not even read those files.
  /// - Throws: ``ConfigurationError`` with all that is wrong: the file cannot be read, is larger than 1 MiB or no UTF-8,
  ///   is no YAML, or says something that the schema does not know.
  public static func load(
    _ path: String,
    lookingIntoFiles looksIntoFiles: Bool = true
  ) throws(ConfigurationError) -> Configuration {
    try parse(
      try SourceFile.read(path),
      file: path,
      probe: .system,
      contents: looksIntoFiles ? .system() : .unread
    )
  }

  /// Reads a file's text.
  static func parse(
    _ source: SourceFile,
    file: String,
    probe: FileProbe,
    contents: FileContents = .unread
  ) throws(ConfigurationError) -> Configuration {
    let findings = Findings()
    let context = ReadingContext(
      findings: findings,
      folder: folder(of: file),
      probe: probe,
      contents: contents,
      isWorldReadable: source.isWorldReadable
    )
    var configuration = Configuration.default
    if let root = YAMLDocument.read(source.text, findings: findings) { configuration.apply(root, context) }
    guard findings.problems.isEmpty else { throw ConfigurationError(file: file, problems: findings.problems) }
    configuration.warnings = findings.warnings
    return configuration
  }

  private static func folder(of file: String) -> String {
    guard let slash = file.lastIndex(of: "/") else { return "" }
    return slash == file.startIndex ? "/" : String(file[..<slash])
  }
}
