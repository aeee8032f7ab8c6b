/// The YAML file in which an operator writes a ``Configuration``.
///
/// It is read strictly: an unknown key, a key twice, a value of another kind, a file that is named but not there are
/// errors. Everything that is wrong is told at once, each with its line and column.
public enum ConfigurationFile {
  /// Reads the file at `path` and lays it over ``Configuration/default``.
  ///
  /// Relative paths in the file start at the file's own folder. Files that it names are looked at, not read.
  ///
  /// - Throws: ``ConfigurationError`` with all that is wrong: the file cannot be read, is larger than 1 MiB or no UTF-8,
  ///   is no YAML, or says something that the schema does not know.
  public static func load(_ path: String) throws(ConfigurationError) -> Configuration {
    try parse(try SourceFile.read(path), file: path, probe: .system)
  }

  /// Reads a file's text.
  static func parse(
    _ source: SourceFile,
    file: String,
    probe: FileProbe
  ) throws(ConfigurationError) -> Configuration {
    let findings = Findings()
    let context = ReadingContext(
      findings: findings,
      folder: folder(of: file),
      probe: probe,
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
