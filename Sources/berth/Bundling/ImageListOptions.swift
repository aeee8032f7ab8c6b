import ArgumentParser
import Glibc

/// Images named on the command line or in a file.
struct ImageListOptions: ParsableArguments {
  @Argument(help: "The images: alpine, ghcr.io/acme/app:1.2, quay.io/acme/tool@sha256:…")
  var images: [String] = []

  @Option(
    name: .shortAndLong,
    help: "A file with one image a line, '#' begins a comment; - reads standard input.",
    completion: .file()
  )
  var file: String?

  func validate() throws {
    if images.isEmpty, file == nil { throw ValidationError("name at least one image, or a list with --file") }
  }

  /// All that are named, as they are written.
  func names() throws -> [String] {
    let names = images + (try file.map(Self.read) ?? [])
    guard !names.isEmpty else { throw ValidationError("the list holds no image") }
    return names
  }

  private static func read(_ path: String) throws -> [String] {
    guard let text = TextFile.read(path == "-" ? "/dev/stdin" : path) else {
      throw ValidationError("cannot read \(path): \(String(cString: strerror(errno)))")
    }
    return WarmList.read(text)
  }
}
