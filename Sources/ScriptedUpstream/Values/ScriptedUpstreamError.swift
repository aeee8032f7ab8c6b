/// What can go wrong in the tool itself; misbehaviour on the wire is scripted and is no error.
public enum ScriptedUpstreamError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A request to the control interface, or a value handed to the Swift API, that cannot be carried out as it stands.
  case invalid(String)
  /// A file could not be made, opened or read; `errno` says why.
  case file(path: String, errno: Int32)
  /// A listener could not be opened.
  case listen(origin: Origin, reason: String)
  /// A certificate or key could not be used.
  case tls(String)
  /// What was awaited had not happened when the time was up; `seen` of `wanted` requests had come so far.
  case timedOut(seen: Int, wanted: Int)

  /// One line for a person.
  public var description: String {
    switch self {
    case .invalid(let reason): reason
    case .file(let path, let errno): "\(path): errno \(errno)"
    case .listen(let origin, let reason): "cannot listen for \(origin.rawValue): \(reason)"
    case .tls(let reason): "TLS: \(reason)"
    case .timedOut(let seen, let wanted): "timed out: \(seen) of \(wanted) requests seen"
    }
  }
}
