/// Keys of a TOML file that are ours; every other line of it stays as it is, comments too.
struct TOMLMerge: Sendable {
  /// One of our keys.
  struct Setting: Sendable {
    var table: [String]
    var key: String
    /// As it is written.
    var value: Value
  }

  /// What a key of ours is to have.
  enum Value: Sendable {
    /// This, as it is written, in the place of what is there.
    case literal(String)
    /// A list that begins with these; elements of others stay behind them.
    case listBeginning([String])

    /// As it is written where there is nothing yet.
    var text: String {
      switch self {
      case .literal(let text): text
      case .listBeginning(let elements): TOMLText.list(elements)
      }
    }
  }

  /// What stands above our tables where there is no file yet.
  let heading: String
  /// Our keys, those of one table together.
  let settings: [Setting]
  /// Tables beside which the engine does not accept ours, and why.
  var forbidden: [(table: [String], reason: String)] = []

  var text: String {
    // Into an empty file all is put without conflict.
    heading + ((try? added(to: "", path: "")) ?? "")
  }

  /// `existing` with our keys put in; the same text if they are all there.
  func merged(into existing: String, path: String) throws(SetupError) -> String {
    try added(to: existing, path: path)
  }

  private func added(to existing: String, path: String) throws(SetupError) -> String {
    var text = existing
    for setting in settings {
      // Each is a walk of the file; there are few, and lines move between them.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      guard let outline = TOMLOutline(lines) else {
        throw .cannotMerge(path: path, reason: "it has strings of several lines, or is not valid TOML")
      }
      if let reason = conflict(of: setting, with: outline) { throw .cannotMerge(path: path, reason: reason) }
      guard let added = Self.put(setting, into: lines, outline) else {
        throw .cannotMerge(
          path: path,
          reason: "'\(setting.key)' of [\(TOMLKey.text(setting.table))] is no list of strings"
        )
      }
      text = added
    }
    return text
  }

  /// Why `setting` cannot stand in a file of this outline.
  private func conflict(of setting: Setting, with outline: TOMLOutline) -> String? {
    for (table, reason) in forbidden {
      let isThere = { (path: [String]) in path.count > table.count && path.starts(with: table) }
      if outline.headers.contains(where: { isThere($0.path) }) || outline.settings.contains(where: { isThere($0.path) })
      {
        return "it has [\(TOMLKey.text(table))], \(reason)"
      }
    }
    let isWrittenOtherwise =
      outline.headers.contains { $0.isArrayElement && setting.table.starts(with: $0.path) }
      || outline.settings.contains { other in
        // The table as an inline value, or made by dotted keys of another: TOML forbids to open it again.
        setting.table.starts(with: other.path)
          || other.path.count > setting.table.count + 1 && other.path.starts(with: setting.table)
            && !outline.headers.contains { $0.path.count > setting.table.count && other.path.starts(with: $0.path) }
      }
    return isWrittenOtherwise ? "[\(TOMLKey.text(setting.table))] is written in a form that cannot be added to" : nil
  }

  /// - Returns: nil if what is there is not of the kind that ours is.
  private static func put(_ setting: Setting, into lines: [Substring], _ outline: TOMLOutline) -> String? {
    var lines = lines.map(String.init)
    if let present = outline.settings.first(where: { $0.path == setting.table + [setting.key] }) {
      guard let value = value(of: setting, over: present, in: lines) else { return nil }
      // Where nothing changes, not even blanks do.
      guard value != present.value else { return lines.joined(separator: "\n") }
      lines.replaceSubrange(present.lines, with: ["\(present.written)= \(value)"])
    } else if let header = outline.headers.first(where: { $0.path == setting.table }) {
      // Behind what stands in the table already, so that keys keep the order in which they are put.
      let own = outline.settings.filter {
        $0.path.dropLast() == setting.table[...] && $0.lines.lowerBound > header.line
      }
      let place = own.map(\.lines.upperBound).max() ?? header.line + 1
      lines.insert("\(header.indentation)  \(setting.key) = \(setting.value.text)", at: place)
    } else {
      while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
      if !lines.isEmpty { lines.append("") }
      lines += ["[\(TOMLKey.text(setting.table))]", "  \(setting.key) = \(setting.value.text)", ""]
    }
    return lines.joined(separator: "\n")
  }

  /// What is to stand in the place of a value that is there: the same, as its first line is written, if it may stay.
  private static func value(
    of setting: Setting,
    over present: TOMLOutline.Setting,
    in lines: [String]
  ) -> String? {
    switch setting.value {
    case .literal(let text): return text
    case .listBeginning(let elements):
      let rest = lines[present.lines.lowerBound + 1..<present.lines.upperBound]
      guard let list = TOMLStringList(([present.value] + rest).joined(separator: "\n")) else { return nil }
      let missing = elements.filter { !list.elements.contains($0) }
      return missing.isEmpty ? present.value : list.prepending(missing)
    }
  }
}
