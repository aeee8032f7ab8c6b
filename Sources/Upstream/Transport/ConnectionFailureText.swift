/// Why a connection, or a request over it, came to nothing, in words; for programs that speak HTTP with the library that
/// upstreams are asked with.
public enum ConnectionFailureText {
  /// The reason on one line, without the library's own words.
  public static func reason(_ error: any Error) -> String {
    switch TransportErrors.failure(of: error, during: .head) {
    case .unanswered("connection closed"): "it closed the connection without an answer"
    case .unreachable(let reason), .unanswered(let reason), .interrupted(let reason): reason
    case .timedOut(.connect): "connecting takes too long"
    case .timedOut(.tls): "the TLS handshake takes too long"
    case .timedOut: "it takes too long to answer"
    case .protocolViolation(let reason): "it does not answer with HTTP: \(reason)"
    case let failure: "\(failure)"
    }
  }
}
