@testable import BerthConfiguration

/// Reads `text` as the file `/etc/berth/berth.yaml`. Every file that it names is there, but those in `missing`, and holds
/// what `contents` says.
func read(
  _ text: String,
  isWorldReadable: Bool = false,
  missing: Set<String> = [],
  contents: FileContents = .unread
) throws(ConfigurationError) -> Configuration {
  try ConfigurationFile.parse(
    SourceFile(text: text, isWorldReadable: isWorldReadable),
    file: "/etc/berth/berth.yaml",
    probe: FileProbe { missing.contains($0) ? "No such file or directory" : nil },
    contents: contents
  )
}

/// What is wrong with `text`, each as `line:column path: message`.
func problems(_ text: String, missing: Set<String> = [], contents: FileContents = .unread) -> [String] {
  do throws(ConfigurationError) {
    _ = try read(text, missing: missing, contents: contents)
    return []
  } catch {
    return error.problems.map(shown)
  }
}

/// What is doubtful about `text`, each as `line:column path: message`.
func warnings(_ text: String, isWorldReadable: Bool = false) throws -> [String] {
  try read(text, isWorldReadable: isWorldReadable).warnings.map(shown)
}

private func shown(_ problem: ConfigurationError.Problem) -> String {
  String(problem.description(in: "").dropFirst())
}
