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
