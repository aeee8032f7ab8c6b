public import NIOCore
import NIOPosix

extension ScriptedUpstream {
  /// Opens the listeners and serves until `shutdown()`.
  ///
  /// - Parameter group: runs the connections; it is the caller's and outlives this. The process's own for nil.
  /// - Throws: `.listen` if a socket cannot be opened, `.tls` if the certificate or key cannot be used.
  public static func start(
    _ options: Options = Options(),
    group: (any EventLoopGroup)? = nil
  ) async throws(ScriptedUpstreamError) -> ScriptedUpstream {
    let upstream = try ScriptedUpstream(options, group: group ?? MultiThreadedEventLoopGroup.singleton)
    do {
      for origin in Origin.allCases { try await upstream.listener(origin).up() }
      upstream.publishURLs()
      try await upstream.control?.up { [weak upstream] channel in
        guard let upstream else { return }
        try channel.pipeline.syncOperations.addHandler(ControlHandler(ControlInterface(upstream: upstream)))
      }
    } catch {
      await upstream.shutdown()
      throw error
    }
    return upstream
  }
}
