import NIOCore
import NIOSSL

/// A container registry on loopback, with its storage, its token service and a recorder, that misbehaves on demand.
///
/// All of it can be told what to do at any time, from any task; what is told holds for requests that come after.
public final class ScriptedUpstream: Sendable {
  let core: UpstreamCore
  let group: any EventLoopGroup
  let listeners: [Origin: OriginListener]
  let control: ControlListener?
  private let publicHost: String?

  /// Nothing is open yet.
  init(_ options: Options, group: any EventLoopGroup) throws(ScriptedUpstreamError) {
    core = UpstreamCore(logCapacity: options.logCapacity)
    self.group = group
    publicHost = options.publicHost
    let tls = try options.tls.map { (identity) throws(ScriptedUpstreamError) in try TLSContext.make(identity) }
    var listeners: [Origin: OriginListener] = [:]
    for origin in Origin.allCases {
      listeners[origin] = OriginListener(
        origin,
        address: try ListenAddress.parse(options.addresses[origin] ?? "127.0.0.1:0"),
        tls: origin == .recorder ? nil : tls,
        sendBufferBytes: options.sendBufferBytes,
        core: core,
        group: group
      )
    }
    self.listeners = listeners
    control = try options.control.map { (address) throws(ScriptedUpstreamError) in
      ControlListener(address: try ListenAddress.parse(address), group: group)
    }
  }

  func listener(_ origin: Origin) throws(ScriptedUpstreamError) -> OriginListener {
    guard let listener = listeners[origin] else { throw .invalid("no listener for \(origin.rawValue)") }
    return listener
  }

  func publishURLs() {
    let urls = listeners.mapValues {
      "\($0.isEncrypted ? "https" : "http")://\(publicHost ?? $0.host):\($0.port)"
    }
    core.withState { $0.urls = urls }
  }

  /// Closes every socket and lets every held answer go.
  public func shutdown() async {
    await control?.down()
    for listener in listeners.values { await listener.down(closingConnections: true) }
    core.resetGates()
  }

  // MARK: Places

  /// The port of an origin.
  public func port(_ origin: Origin = .registry) -> Int { listeners[origin]?.port ?? 0 }

  /// The port of the control interface; nil if there is none.
  public var controlPort: Int? { control?.port }

  /// Scheme, host and port of an origin, without a slash at the end.
  public func url(_ origin: Origin = .registry) -> String { core.withState { $0.url(origin) } }

  /// Closes an origin's listening socket, so that connecting is refused, and its connections unless told otherwise.
  public func down(_ origin: Origin = .registry, closingConnections: Bool = true) async {
    await listeners[origin]?.down(closingConnections: closingConnections)
  }

  /// Opens an origin's listening socket again, at the same port.
  public func up(_ origin: Origin = .registry) async throws(ScriptedUpstreamError) { try await listener(origin).up() }

  /// Makes an origin's next connections show another certificate.
  public func use(_ identity: Options.TLSIdentity, for origin: Origin) throws(ScriptedUpstreamError) {
    let listener = try listener(origin)
    guard listener.isEncrypted else { throw .invalid("\(origin.rawValue) does not speak TLS") }
    listener.use(try TLSContext.make(identity))
  }

  /// Adds a fault for an origin's next connections, after those added before.
  public func append(_ fault: AcceptFault) throws(ScriptedUpstreamError) { try listener(fault.origin).add(fault) }
}
