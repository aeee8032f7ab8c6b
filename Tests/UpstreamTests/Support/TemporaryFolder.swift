import Glibc

/// A folder of programs for one test; it is removed with the value.
final class TemporaryFolder {
  let path: String
  private var programs: [String] = []

  init() {
    path = "/tmp/berth-upstream-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    mkdir(path, 0o700)
  }

  /// Writes an executable file.
  func add(program name: String, _ text: String) {
    let place = "\(path)/\(name)"
    guard let file = fopen(place, "we") else { preconditionFailure("cannot write \(place)") }
    fputs(text, file)
    fclose(file)
    chmod(place, 0o700)
    programs.append(place)
  }

  deinit {
    for program in programs { unlink(program) }
    rmdir(path)
  }
}
