/// `config.toml`: the one key that makes containerd look for `hosts.toml`.
struct ContainerdConfiguration: Sendable {
  /// How it is written where there is none; nil: in the form of containerd 1, which containerd 2 reads too. A file that is
  /// there keeps its form.
  let version: ContainerdVersion?
  /// Where `hosts.toml` files are.
  let folder: String

  var text: String { merge(for: version ?? .v1).text }

  func merged(into existing: String, path: String) throws(SetupError) -> String {
    let version = try version(of: existing, path: path)
    return try merge(for: version).merged(into: existing, path: path)
  }

  private func merge(for version: ContainerdVersion) -> TOMLMerge {
    let table = version.registryTable
    let reason = "which containerd refuses beside config_path"
    return TOMLMerge(
      heading: "version = \(version.fileVersion)\n\n",
      settings: [.init(table: table, key: "config_path", value: .literal(TOMLText.string(folder)))],
      forbidden: [(table + ["mirrors"], reason)]
    )
  }

  /// The form of the existing file, which its `version` says.
  private func version(of existing: String, path: String) throws(SetupError) -> ContainerdVersion {
    let lines = existing.split(separator: "\n", omittingEmptySubsequences: false)
    let written = TOMLOutline(lines)?.settings.first { $0.path == ["version"] }?.value.prefix { $0.isNumber }
    switch (written, version) {
    // containerd 2 reads a file of version 2, as Debian's is, in the form of that version.
    case ("2", _): return .v1
    case ("3", .v2?), ("3", nil): return .v2
    case ("3", .v1?): throw .cannotMerge(path: path, reason: "its version is 3, the form of containerd 2")
    default: throw .cannotMerge(path: path, reason: "it has no line 'version = 2' or 'version = 3'")
    }
  }
}
