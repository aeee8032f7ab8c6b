public import OCI

/// Sums over the requests since the last reset. Exact, and complete at the moment a client has its answer.
public struct Counters: Sendable, Codable, Equatable {
  /// What was sent of one digest.
  public struct OfDigest: Sendable, Codable, Equatable {
    /// GET requests to the registry origin, whatever they were answered.
    public var gets = 0
    /// HEAD requests to the registry origin.
    public var heads = 0
    /// Requests to the storage origin.
    public var redirectTargets = 0
    /// Body bytes sent, from any origin.
    public var bytes: Int64 = 0
  }

  /// Connections to one origin.
  public struct OfConnections: Sendable, Codable, Equatable {
    /// Accepted since the last reset.
    public var accepted = 0
    /// Open now.
    public var open = 0
  }

  /// Requests, by kind.
  public var requests: [RequestKind: Int] = [:]
  /// Body bytes, by kind.
  public var bytes: [RequestKind: Int64] = [:]
  /// Answers, by status.
  public var statuses: [Int: Int] = [:]
  /// By digest; a request by tag counts for what the tag points at.
  public var digests: [String: OfDigest] = [:]
  /// Requests being answered now, by kind.
  public var inFlight: [RequestKind: Int] = [:]
  /// The most that were being answered at once, by kind.
  public var peakInFlight: [RequestKind: Int] = [:]
  /// By origin.
  public var connections: [Origin: OfConnections] = [:]

  /// No requests yet.
  public init() {}

  /// The number of requests of a kind.
  public func count(_ kind: RequestKind) -> Int { requests[kind] ?? 0 }

  /// The body bytes sent to requests of a kind.
  public func bytes(_ kind: RequestKind) -> Int64 { bytes[kind] ?? 0 }

  /// What was asked and sent of a digest.
  public func digest(_ digest: Digest) -> OfDigest { digests[digest.description] ?? OfDigest() }

  mutating func noteStart(_ route: Route, isHead: Bool, digest: String?) {
    requests[route.kind, default: 0] += 1
    let running = inFlight[route.kind, default: 0] + 1
    inFlight[route.kind] = running
    peakInFlight[route.kind] = max(peakInFlight[route.kind] ?? 0, running)
    guard let digest else { return }
    switch (route.kind, isHead) {
    case (.redirectTarget, _): digests[digest, default: OfDigest()].redirectTargets += 1
    case (_, true): digests[digest, default: OfDigest()].heads += 1
    case (_, false): digests[digest, default: OfDigest()].gets += 1
    }
  }

  mutating func noteStatus(_ status: Int) { statuses[status, default: 0] += 1 }

  mutating func noteBytes(_ count: Int64, kind: RequestKind, digest: String?) {
    bytes[kind, default: 0] += count
    if let digest { digests[digest, default: OfDigest()].bytes += count }
  }

  mutating func noteEnd(_ kind: RequestKind) { inFlight[kind, default: 0] -= 1 }

  /// Starts again from nothing, but for what is open or being answered.
  mutating func reset() {
    var fresh = Counters()
    fresh.inFlight = inFlight.filter { $0.value > 0 }
    fresh.peakInFlight = fresh.inFlight
    fresh.connections = connections.mapValues { OfConnections(accepted: 0, open: $0.open) }
    self = fresh
  }
}
