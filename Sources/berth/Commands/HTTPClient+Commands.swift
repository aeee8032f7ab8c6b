import AsyncHTTPClient
import NIOCore
import NIOPosix

extension HTTPClient {
  /// Speaks to a running Berth, for as long as the command runs. If nobody listens that is said at once, and not after
  /// as many attempts as the time allows.
  static let forCommands: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    // A miss is answered when upstream has answered, which a rate limit may put off.
    configuration.timeout = .init(connect: .seconds(5), read: .minutes(10))
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
      configuration: configuration
    )
  }()
}
