import ClientSetup
import Glibc

/// Puts a plan's files in place, keeps what was there, and says what it does.
struct SetupWriter {
  /// The directory that stands for `/`.
  let root: String

  /// A file that could not be read or written.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "\(path): \(reason)" }
  }

  /// No configuration file is this long; what is longer is not one.
  private static let maxBytes = 1 << 20

  /// Writes all files of `plan`. What each would become is found out before the first is touched.
  func write(_ plan: SetupPlan) throws {
    let changes = try plan.files.map { file in
      let old = try read(path(file))
      do throws(SetupError) {
        return (path: path(file), old: old, change: try file.change(of: old))
      } catch {
        // What is to be done by hand is to be seen.
        print("==> \(file.path)\(file.isShared ? " (part of)" : "") <==\n\(file.text)")
        throw error
      }
    }
    for (path, old, change) in changes { try apply(change, to: path, old: old) }
    for note in plan.notes { StandardError.print("note: \(note)") }
    let isDone = changes.allSatisfy { $0.change == .unchanged }
    StandardError.print(isDone ? "nothing has changed" : "then: \(plan.activation)")
  }

  /// The text of a file; nil if there is none.
  func read(_ path: String) throws -> String? {
    guard let file = fopen(path, "re") else {
      if errno == ENOENT { return nil }
      throw Self.failure(path)
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: Self.maxBytes + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    guard ferror(file) == 0 else { throw Self.failure(path) }
    guard count <= Self.maxBytes, let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
      throw Failure(path: path, reason: "it is longer than 1 MiB or not UTF-8")
    }
    return text
  }

  private func path(_ file: SetupFile) -> String {
    var prefix = Substring(root)
    while prefix.last == "/" { prefix.removeLast() }
    return prefix + file.path
  }

  private func apply(_ change: FileChange, to path: String, old: String?) throws {
    switch change {
    case .unchanged:
      print("unchanged  \(path)")
    case .created(let text):
      try makeFolders(above: path)
      try place(text, at: path)
      print("written    \(path)")
    case .replaced(let text, let keepsOld):
      let backup = keepsOld ? try keep(path) : nil
      try place(text, at: path)
      print("changed    \(path)\(backup.map { "; the old one is \($0)" } ?? "")")
      for line in LineDifference.between(old ?? "", text) { print("  \(line)") }
    }
  }

  private func makeFolders(above path: String) throws {
    var end = path.dropFirst().firstIndex(of: "/")
    while let slash = end {
      let folder = String(path[..<slash])
      if mkdir(folder, 0o755) != 0, errno != EEXIST { throw Self.failure(folder) }
      end = path[path.index(after: slash)...].firstIndex(of: "/")
    }
  }

  /// Gives the file a second name, the first that is free: FILE.bak-1.
  private func keep(_ path: String) throws -> String {
    var number = 1
    while true {
      let backup = "\(path).bak-\(number)"
      if link(path, backup) == 0 { return backup }
      guard errno == EEXIST else { throw Self.failure(backup) }
      number += 1
    }
  }

  /// The file has either its old text or its new one, whenever the machine stops.
  private func place(_ text: String, at path: String) throws {
    var status = stat()
    let mode = stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o644
    let draft = "\(path).berth-new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw Self.failure(draft) }
    var text = text
    let isWritten = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count }
    // The mode again, as the process's umask has been taken off it.
    let isComplete = isWritten && fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0
    let failure = Self.failure(draft)
    guard close(descriptor) == 0, isComplete, rename(draft, path) == 0 else {
      unlink(draft)
      throw failure
    }
  }

  /// What the system says is wrong with `path`.
  private static func failure(_ path: String) -> Failure {
    Failure(path: path, reason: strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
  }
}
