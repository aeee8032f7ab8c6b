import Synchronization

/// What one request has shown of its endpoint, whatever redirect targets and token services did besides.
final class EndpointVisit: Sendable {
  private let shown = Mutex(EndpointHealth.Showing.nothing)

  /// What the last exchange with the endpoint itself has shown.
  var showing: EndpointHealth.Showing { shown.withLock { $0 } }

  /// The endpoint has answered.
  func note(status: Int) { shown.withLock { $0 = UpstreamFailure.isGatewayTrouble(status) ? .trouble : .well } }

  /// The endpoint has not.
  func note(_ failure: UpstreamFailure) {
    shown.withLock { showing in
      switch failure.blame {
      case .host: showing = .away
      case .thing: showing = .trouble
      case .request: showing = .well
      case .nobody: break
      }
    }
  }
}

/// What a request is about, as far as its failure says something about others: content by its digest, whichever
/// repository and method it is asked by, or a tag or a list by its path.
struct RequestSubject: Hashable, Sendable {
  private let key: String

  init(_ ask: UpstreamRequest) { self.init(path: ask.path) }

  /// - Parameter path: what is asked for, below the endpoint's prefix.
  init(path: String) {
    let parts = path.split(separator: "/")
    if let last = parts.last, last.contains(":"), let kind = parts.dropLast().last,
      kind == "blobs" || kind == "manifests"
    {
      key = String(last)
    } else {
      key = path
    }
  }
}
