@preconcurrency import Glibc

/// The environment variables that a process was given, for what is taken from there: proxies, and the search path and
/// settings of credential helpers.
public struct ProcessEnvironment: Sendable, Equatable {
  private let variables: [String: String]

  /// An environment with these variables.
  public init(_ variables: [String: String] = [:]) { self.variables = variables }

  /// This process's own. Read at start-up, before there are threads that might change it.
  public static func ofThisProcess() -> ProcessEnvironment {
    var variables: [String: String] = [:]
    var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
    while let place = next, let entry = place.pointee {
      let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      next = place + 1
    }
    return ProcessEnvironment(variables)
  }

  /// The value of a variable; nil if it is not set or empty.
  subscript(name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// Where a program of the search path is; nil if it is in none of its directories.
  ///
  /// Relative directories are left out: what they mean depends on where Berth was started.
  func program(_ name: String) -> String? {
    let directories = (self["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    return directories.lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// `NAME=value` for each, as a child process is handed them.
  var entries: [String] { variables.map { "\($0.key)=\($0.value)" } }
}
