import ArgumentParser
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import OCI
import Upstream

/// Gives orders to a running Berth.
struct AdminClient {
  /// Why an order came to nothing; the text is for the operator.
  struct Failure: Error {
    var status: ExitCode
    var reason: String
  }

  private static let maxAnswerBytes = 512 << 20

  let target: AdminTarget
  private let client = HTTPClient.forCommands

  init(_ target: AdminTarget) { self.target = target }

  /// Reads something.
  func get(_ path: String, _ query: [(String, String)] = [], timeout: TimeAmount = .seconds(60)) async throws(Failure)
    -> JSONValue
  {
    let text = query.map { "\($0)=\(PercentCoding.encode($1))" }.joined(separator: "&")
    return try await send(.GET, path + (text.isEmpty ? "" : "?\(text)"), nil, timeout)
  }

  /// Changes something.
  func post(_ path: String, _ body: JSONValue, timeout: TimeAmount = .seconds(600)) async throws(Failure) -> JSONValue {
    try await send(.POST, path, body, timeout)
  }

  /// Sends content, however large.
  func put(_ path: String, _ body: HTTPClientRequest.Body) async throws(Failure) -> JSONValue {
    var request = request(.PUT, path)
    request.body = body
    // How long it may take depends on its size: the connection's time-outs have to do.
    return try await send(request, .hours(24))
  }

  private func send(
    _ method: HTTPMethod,
    _ path: String,
    _ body: JSONValue?,
    _ timeout: TimeAmount
  ) async throws(Failure) -> JSONValue {
    var request = request(method, path)
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(JSONText.render(body))
    }
    return try await send(request, timeout)
  }

  private func request(_ method: HTTPMethod, _ path: String) -> HTTPClientRequest {
    var request = target.request("/api/v1/\(path)")
    request.method = method
    request.headers.add(contentsOf: ["Berth-Admin": "1", "Accept": "application/json"])
    return request
  }

  private func send(_ request: HTTPClientRequest, _ timeout: TimeAmount) async throws(Failure) -> JSONValue {
    let response: (status: HTTPResponseStatus, body: [UInt8])
    do {
      let answer = try await client.execute(request, timeout: timeout)
      let bytes = try await answer.body.collect(upTo: Self.maxAnswerBytes)
      response = (answer.status, Array(bytes.readableBytesView))
    } catch {
      throw unreachable(error)
    }
    let document = Self.read(response.body)
    guard response.status.code < 300, let document else { throw refused(response.status, document) }
    return document
  }

  private static func read(_ bytes: [UInt8]) -> JSONValue? {
    var limits = Limits()
    // The server is ours: the bounds are against a mistaken address, not against an enemy.
    limits.maxJSONValues = 100_000_000
    return try? StrictJSON.parse(bytes, maxBytes: maxAnswerBytes, limits: limits)
  }

  private func unreachable(_ error: any Error) -> Failure {
    Failure(
      status: ExitStatus.noServer,
      reason: """
        no Berth answers at \(target.shown) (from \(target.origin)): \(reason(error))
        The admin listener is off unless the configuration's 'admin' key sets it, as in `admin: 127.0.0.1:5001`, or \
        `berth serve --admin 127.0.0.1:5001` does. Say where it is with --admin HOST:PORT, --admin unix:/path, \
        --config FILE or BERTH_ADMIN.
        """
    )
  }

  private func refused(_ status: HTTPResponseStatus, _ document: JSONValue?) -> Failure {
    guard let reason = document?["error"].string else {
      return Failure(
        status: ExitStatus.noServer,
        reason: "what answers at \(target.shown) (from \(target.origin)) does not look like a Berth admin listener "
          + "(HTTP \(status.code)); is that the registry's own port?"
      )
    }
    return Failure(status: ExitStatus.of(status), reason: reason)
  }

  /// Why a connection came to nothing, in a few words.
  private func reason(_ error: any Error) -> String {
    let reason = ConnectionFailureText.reason(error)
    switch reason {
    case "name does not resolve": return "its name does not resolve"
    case "No such file or directory": return "there is no such socket"
    default:
      let speaksTLS = target.baseURL.hasPrefix("https:")
      return speaksTLS && reason.hasPrefix("TLS failed") ? "\(reason); is it http://?" : reason
    }
  }
}

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
