/// Why a listener cannot be opened.
public enum ServerError: Error, Sendable {
  /// The address is taken, not ours, or not to be had; `reason` is the system's.
  case cannotListen(address: String, reason: String)
  /// A certificate or key cannot be used.
  case certificateUnusable(path: String, reason: String)
}

extension ServerError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .cannotListen(let address, let reason):
      "cannot listen on \(address): \(reason); choose another address with --listen or listen:"
    case .certificateUnusable(let path, let reason):
      "cannot use \(path) for TLS: \(reason)"
    }
  }
}
