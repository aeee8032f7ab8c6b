import Glibc

/// A failure of an endpoint or of what it leads to, and when it was.
public struct EndpointTrouble: Sendable, Hashable {
  /// What failed.
  public var failure: UpstreamFailure
  /// In seconds since 1970.
  public var time: Int64

  /// A failure of just now.
  init(_ failure: UpstreamFailure) { (self.failure, time) = (failure, Int64(Glibc.time(nil))) }
}
