/// How long Berth waits for an upstream, stage by stage.
public struct UpstreamTimeouts: Hashable, Sendable {
  /// Until a TCP connection stands, name look-up included.
  public var connect: Duration = .seconds(5)
  /// Until TLS is agreed upon. It is added to `connect`: together they bound the time to a usable connection.
  public var tls: Duration = .seconds(5)
  /// From the request to the head of its answer, connecting included.
  public var firstByte: Duration = .seconds(20)
  /// Longest silence within a body while Berth is ready to take more of it.
  public var read: Duration = .seconds(20)
  /// Until a whole document has arrived: a manifest, a page of a list, a token. Blobs have no such bound.
  public var document: Duration = .seconds(60)

  /// The defaults, as documented at each property.
  public init() {}
}
