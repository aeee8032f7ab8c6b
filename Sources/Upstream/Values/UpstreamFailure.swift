/// What went wrong between Berth and a registry.
///
/// Texts are short and printable. They never hold a query string, a header or a secret.
public enum UpstreamFailure: Error, Sendable, Hashable {
  /// The upstream says that there is no such thing (404).
  case notFound
  /// A 404 that may be a registry's, but says nothing by which to tell (no error document, no header of a registry's):
  /// whoever stands in front of one answers so, too, while it is away. Nothing that is held may be dropped for it.
  case absenceUnclear
  /// The upstream refuses to show it to us (401 or 403), with whatever credential we have. `said` is how the answer
  /// begins if it is a page for people, and so most likely not the registry's.
  case denied(status: Int, said: String? = nil)
  /// The upstream limits us (429). `retryAfter` is what it asked for, if it did.
  case rateLimited(retryAfter: Duration?, kind: RateLimitKind)
  /// The upstream has failed so often in a row that it is not asked for a while; see `CircuitBreaker`.
  indirect case resting(for: Duration, after: UpstreamFailure)
  /// The upstream answered, but with a failure of its own (5xx) or a status that means nothing here.
  case failed(status: Int, message: String?)
  /// No connection came about: the name is unknown, nobody listens, the network is away.
  case unreachable(String)
  /// A connection came about, and ended before an answer.
  case unanswered(String)
  /// So much waits for the upstream already that this was not asked. It is Berth's own limit, and nobody's failure.
  case overloaded
  /// A stage took longer than `UpstreamTimeouts` grants it.
  case timedOut(TimeoutStage)
  /// TLS was not agreed upon, most often because the certificate does not verify.
  case tlsFailed(String)
  /// An answer that had begun broke off. What had come before it is good to be carried on from.
  case interrupted(String)
  /// The upstream cannot serve the range asked for (416). `size` is the length of the whole, if it said so.
  case rangeNotSatisfiable(size: Int64?)
  /// A document is larger than `Limits` allows; `limit` is bytes.
  case tooLarge(limit: Int64)
  /// A list has more than `Limits` allows; the text names the limit. A part of it would pass for the whole.
  case listTooLong(String)
  /// An answer that the specification does not allow, or that Berth does not dare to use.
  case protocolViolation(String)
  /// The upstream demands a token of a service that may not be shown the credentials, and takes no anonymous one.
  case realmRefused(origin: String)
  /// A redirect that is not followed: too many, to plain HTTP, or to an address that is refused.
  case redirectRefused(String)
  /// The configured credential cannot be had: a file is missing, a configuration does not parse.
  case credentialUnavailable(String)
  /// Berth has no memory for the answer at the moment: neither the upstream's fault nor the request's.
  case memoryUsedUp
  /// Whoever asked does not want the answer any more.
  case cancelled
}

/// Which limit of an upstream has been reached.
public enum RateLimitKind: Sendable, Hashable {
  /// The allowance of pulls for an account or address, counted over hours (Docker Hub).
  case pulls
  /// Too many requests in a short time.
  case requests
}

/// The part of a request that took too long.
public enum TimeoutStage: String, Sendable, Hashable {
  /// Finding the address and connecting to it.
  case connect
  /// Agreeing upon TLS.
  case tls
  /// Waiting for the head of the answer.
  case firstByte = "first byte"
  /// Waiting for more of the body.
  case read
  /// Waiting for the end of a document.
  case document
}

extension UpstreamFailure: CustomStringConvertible {
  /// The failure in a few words, for logs and for the message of an error body.
  public var description: String {
    switch self {
    case .notFound: "not found"
    case .absenceUnclear: "answered 404, but not as a registry does"
    case .denied(let status, let said):
      "access denied (\(status))" + (said.map { ", by a page that is no registry's: “\($0)”" } ?? "")
    case .rateLimited(let retryAfter, let kind):
      "rate limit of \(kind == .pulls ? "pulls" : "requests") reached"
        + (retryAfter.map { ", retry after \($0.components.seconds) s" } ?? "")
    case .resting(_, let last): "left alone after failures: \(last)"
    case .failed(let status, let message): "answered \(status)" + (message.map { ": \($0)" } ?? "")
    case .unreachable(let reason), .unanswered(let reason): "unreachable: \(reason)"
    case .overloaded: "too many requests wait for it already"
    case .timedOut(let stage): "timed out (\(stage.rawValue))"
    case .tlsFailed(let reason): "TLS failed: \(reason)"
    case .interrupted(let reason): "transfer broke off: \(reason)"
    case .rangeNotSatisfiable(let size): "range not satisfiable" + (size.map { " (size \($0))" } ?? "")
    case .tooLarge(let limit): "answer larger than \(limit) bytes"
    case .listTooLong(let reason): "\(reason): it is not shown cut short"
    case .protocolViolation(let reason): "unusable answer: \(reason)"
    case .realmRefused(let origin):
      "token service \(origin) may not be shown the credentials; an operator can list it under tokenOrigins"
    case .redirectRefused(let reason): "not followed: \(reason)"
    case .credentialUnavailable(let reason): "credential unavailable: \(reason)"
    case .memoryUsedUp: "no memory for the answer at the moment"
    case .cancelled: "cancelled"
    }
  }
}

extension UpstreamFailure {
  /// The same failure, but of the token service and not of the registry: it says nothing about a repository.
  func atTokenService(_ origin: Origin) -> UpstreamFailure {
    let service = "token service \(origin.authority)"
    return switch self {
    case .notFound, .absenceUnclear: .failed(status: 404, message: service)
    case .failed(let status, let message):
      .failed(status: status, message: message.map { "\(service): \($0)" } ?? service)
    case .unreachable(let reason), .unanswered(let reason), .interrupted(let reason):
      .unreachable("\(service): \(reason)")
    case .tlsFailed(let reason): .tlsFailed("\(service): \(reason)")
    case .protocolViolation(let reason): .protocolViolation("\(service): \(reason)")
    default: self
    }
  }
}
