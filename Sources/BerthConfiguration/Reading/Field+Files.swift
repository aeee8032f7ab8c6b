extension Field {
  /// A path as the process can open it; one that is relative starts at the configuration file's folder.
  func path(expected: String) -> String? {
    guard let text = text(expected: expected) else { return nil }
    guard !text.isEmpty, !text.utf8.contains(0) else {
      refuse("expected \(expected), found \(quoted(text))")
      return nil
    }
    return context.resolved(text)
  }

  /// The path of a file that is there and can be read. Its contents are looked at where they are used.
  func file(_ what: String) -> String? {
    guard let path = path(expected: "the path of \(what)") else { return nil }
    if let complaint = context.probe.complaint(path) {
      refuse("cannot read \(what) at \(quoted(path, limit: 4_096)): \(complaint)")
      return nil
    }
    return path
  }
}
