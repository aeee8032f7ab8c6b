import Glibc

/// Looks at a file that the configuration names without reading it: contents are read where they are used.
struct FileProbe: Sendable {
  /// What is wrong with the file at a path, if anything: "there is no such file".
  let complaint: @Sendable (String) -> String?

  /// The files of this machine, as this process may see them.
  static let system = FileProbe { path in
    var status = stat()
    guard stat(path, &status) == 0, access(path, R_OK) == 0 else { return errorText(errno) }
    return status.st_mode & S_IFMT == S_IFDIR ? "is a directory" : nil
  }
}

/// The system's words for an error number: "No such file or directory".
func errorText(_ code: Int32) -> String {
  strerror(code).map { String(cString: $0) } ?? "error \(code)"
}
