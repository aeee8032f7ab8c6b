public import BerthConfiguration
import Upstream

/// Where engines reach this Berth.
public struct Mirror: Sendable, Hashable {
  /// The URL, without a slash at the end: `http://mirror.example:5000`.
  public let url: String
  /// Host and port as registries are named: `mirror.example:5000`.
  public let authority: String
  /// Whether engines speak TLS to it.
  public let isSecure: Bool
  /// Whether its host is this machine's own: `localhost`, or a loopback address.
  let isOnThisMachine: Bool

  /// Reads `http://mirror.example:5000`; a slash at the end is dropped.
  /// - Throws: `SetupError.notAMirror`.
  public init(url text: some StringProtocol) throws(SetupError) {
    guard let origin = Origin(parsing: text) else { throw .notAMirror(String(text)) }
    url = origin.description
    authority = String(url.drop { $0 != ":" }.dropFirst(3))
    isSecure = origin.scheme == .https
    isOnThisMachine = isLoopback(host: origin.host)
  }

  /// The mirror that `listener` makes for engines on the same machine; an address that stands for all is loopback.
  /// - Throws: `SetupError.listenerHasNoURL` for a Unix socket or a port that the system chooses.
  public init(_ listener: ListenerSettings) throws(SetupError) {
    guard case .tcp(let host, let port) = listener.address, port > 0 else {
      throw .listenerHasNoURL("\(listener.address)")
    }
    let reachable =
      switch host {
      case "0.0.0.0": "127.0.0.1"
      case "::": "::1"
      default: host
      }
    let scheme = listener.tls == nil ? "http" : "https"
    try self.init(url: "\(scheme)://\(ListenAddress.tcp(host: reachable, port: port))")
  }
}
