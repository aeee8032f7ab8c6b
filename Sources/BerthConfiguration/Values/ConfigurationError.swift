/// All that is wrong with a configuration file.
public struct ConfigurationError: Error, Sendable, Hashable {
  /// The file as it was named to ``ConfigurationFile/load(_:)``.
  public let file: String
  /// What is wrong, in the order of the file; never empty.
  public let problems: [Problem]

  /// An error of a file; `problems` must not be empty.
  public init(file: String, problems: [Problem]) { (self.file, self.problems) = (file, problems) }

  /// One thing that is wrong, or worth a warning, and where.
  public struct Problem: Sendable, Hashable {
    /// The line, from 1; nil when the file as a whole is meant.
    public let line: Int?
    /// The column in characters, from 1; nil when the file as a whole is meant.
    public let column: Int?
    /// The key in question with those above it, `upstreams.docker.io.tagFreshness`; empty for the file as a whole.
    public let path: String
    /// What is wrong and what was expected, on one line; it shows no secret.
    public let message: String
    /// Of a warning: whether something is of no use as it stands, such as a certificate that has expired. Berth runs with
    /// it, for the sake of the rest; `berth check` fails.
    public let isDefect: Bool
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// One line for each problem: `berth.yaml:3:5: store.capacity: …`.
  public var description: String {
    problems.map { $0.description(in: file) }.joined(separator: "\n")
  }
}

extension ConfigurationError.Problem {
  /// A problem with the value of a key, found after the file was read.
  public init(path: String, _ message: String) { self.init(at: nil, path: path, message) }

  /// A problem with the file as a whole.
  init(_ message: String) {
    self.init(at: nil, path: "", message)
  }

  init(at location: SourceLocation?, path: String, _ message: String, isDefect: Bool = false) {
    (line, column) = (location?.line, location?.column)
    (self.path, self.message, self.isDefect) = (path, message, isDefect)
  }

  /// `berth.yaml:3:5: store.capacity: expected …`, as compilers write it and editors understand it.
  public func description(in file: String) -> String {
    var text = file
    if let line, let column { text += ":\(line):\(column)" }
    if !path.isEmpty { text += ": \(path)" }
    return "\(text): \(message)"
  }
}

/// A place in the file; both count from 1, the column in characters.
struct SourceLocation: Hashable, Comparable {
  var line: Int
  var column: Int

  static func < (left: SourceLocation, right: SourceLocation) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}
