/// Why a listener cannot be opened.
public enum ServerError: Error, Sendable {
  /// The address is taken, not ours, or not to be had; `reason` is the system's.
  case cannotListen(address: String, reason: String)
  /// The path of a Unix-domain socket is in use, or something is in its way.
  case pathTaken(path: String, by: String)
  /// The same of the admin listener's address.
  case cannotListenForAdmin(address: String, reason: String)
  /// The service manager opened a socket there that no listener has for its address.
  case socketNotConfigured(address: String)
  /// A certificate or key cannot be used.
  case certificateUnusable(path: String, reason: String)
}

extension ServerError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .cannotListen(let address, let reason):
      "cannot listen on \(address): \(reason); choose another address with --listen or listen:"
    case .cannotListenForAdmin(let address, let reason):
      "cannot listen on \(address): \(reason); choose another address for the admin listener with --admin or admin:"
    case .pathTaken(let path, let reason):
      "cannot listen on unix:\(path): \(reason); end that process, remove the file, or choose another path"
    case .socketNotConfigured(let address):
      """
      the service manager passed a socket at \(address), where the configuration has no listener: write that address under \
      listen: or admin:, or change ListenStream= of berth.socket
      """
    case .certificateUnusable(let path, let reason):
      "cannot use \(path) for TLS: \(reason)"
    }
  }
}
