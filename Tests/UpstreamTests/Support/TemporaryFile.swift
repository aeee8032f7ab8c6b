import Glibc

/// A file for one test; it is removed with the value.
final class TemporaryFile: Sendable {
  let path: String

  init(_ text: String) {
    path = "/tmp/berth-upstream-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    write(text)
  }

  /// Replaces the contents, as an editor does: with another file.
  func write(_ text: String) {
    let draft = path + ".draft"
    guard let file = fopen(draft, "w") else { preconditionFailure("cannot write \(draft)") }
    fputs(text, file)
    fclose(file)
    rename(draft, path)
  }

  deinit { unlink(path) }
}
