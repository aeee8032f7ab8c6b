import Access

extension TokenFile {
  /// The text of the file.
  public var text: String {
    let head = """
      # Machine tokens of Berth: 'berth token new' adds one, 'berth token revoke' takes one away. Only hashes stand here.

      """
    guard !records.isEmpty else { return head + "[]\n" }
    return head
      + Outline.list(
        records.map { record in
          let entry = record.entry
          var values: [(String, Outline)] = [
            (TokenKey.id.rawValue, .value(entry.id)),
            (TokenKey.sha256.rawValue, .value(entry.hash.hexadecimal)),
            (TokenKey.subject.rawValue, .value(entry.subject.description)),
          ]
          if let end = entry.expiresAt { values.append((TokenKey.expires.rawValue, .value(TimestampText.render(end)))) }
          if let note = record.note { values.append((TokenKey.note.rawValue, .value(note))) }
          return .group(values)
        }
      ).yaml
  }
}
