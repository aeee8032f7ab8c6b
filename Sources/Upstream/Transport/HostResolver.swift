/// Finds the addresses of a host name.
protocol HostResolver: Sendable {
  /// The addresses of `host`, best first; empty if there are none.
  ///
  /// - Throws: `timedOut(.connect)` if it takes longer than `timeout`; `overloaded`.
  func addresses(of host: String, timeout: Duration) async throws(UpstreamFailure) -> [IPAddress]

  /// How look-ups are doing.
  var load: NameLookUpLoad { get }
}
