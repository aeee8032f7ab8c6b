import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import OCI

/// Sends requests for one upstream, to hosts that they may be sent to.
struct Dialer: Sendable {
  private let transport: UpstreamTransport
  private let profile: TransportProfile
  /// Who we are is shown where the configuration sends us, and to nobody whom an upstream names.
  private let profileShowingCertificate: TransportProfile
  private let proxySetting: ProxySetting
  private let configuredOrigins: Set<Origin>
  private let allowPrivateAddresses: Bool
  private let maxBlobBytes: Int64
  private let log: Logger
  private var headPatience: Duration

  init(settings: UpstreamSettings, transport: UpstreamTransport, limits: Limits, log: Logger) {
    self.log = log
    self.transport = transport
    let profile = TransportProfile(trustRoots: settings.trustRoots, timeouts: settings.timeouts)
    self.profile = profile
    var showing = profile
    showing.clientCertificate = settings.clientCertificate
    profileShowingCertificate = showing
    proxySetting = settings.proxy
    configuredOrigins = settings.configuredOrigins
    allowPrivateAddresses = settings.allowPrivateAddresses
    maxBlobBytes = limits.maxBlobBytes
    headPatience = profile.timeouts.firstByte
  }

  /// The same for requests whose answer's head is waited for longer than usual; never shorter.
  func waiting(forHead patience: Duration) -> Dialer {
    var dialer = self
    dialer.headPatience = max(patience, profile.timeouts.firstByte)
    return dialer
  }

  /// Sends a request and returns when the head of its answer is there, whatever its status.
  func send(_ request: some WireRequest) async throws(UpstreamFailure) -> WireResponse {
    // What the configuration names is dialled as written; what an upstream names is checked.
    let isFree = allowPrivateAddresses || configuredOrigins.contains(request.url.origin)
    if let proxy = try proxy(for: request.url.origin) {
      if !isFree, let objection = Self.objectionBehindProxy(to: request.url.origin) { throw request.refusal(objection) }
      return try await exchange(request, through: proxy)
    }
    let host = GoodAddresses.Host(name: request.url.origin.host, port: request.url.origin.port)
    let addresses = try await addresses(of: host, isFree: isFree, for: request)
    return try await exchange(request, at: addresses, of: host)
  }

  /// Sends a request to that address of a host which can be connected to soonest, the one that could lately before all.
  private func exchange(
    _ request: some WireRequest,
    at addresses: [IPAddress],
    of host: GoodAddresses.Host,
    _ proxy: Proxy? = nil
  ) async throws(UpstreamFailure) -> WireResponse {
    guard addresses.count > 1, let first = addresses.first else {
      // What is an address already needs none, and must not be taken for a name that TLS could ask for.
      return try await exchange(request, dialling: IPAddress(parsing: host.name) == nil ? addresses.first : nil, proxy)
    }
    if transport.hosts.isGood(first, of: host) {
      do throws(UpstreamFailure) {
        let response = try await exchange(request, dialling: first, proxy)
        transport.hosts.note(first, of: host, works: true)
        return response
      } catch {
        switch error {
        case .unreachable, .timedOut(.connect): transport.hosts.note(first, of: host, works: false)
        default: throw error
        }
      }
    }
    let winner = try await transport.hosts.winner(among: addresses, of: host, timeout: profile.timeouts.connect)
    transport.hosts.note(winner, of: host, works: true)
    return try await exchange(request, dialling: winner, proxy)
  }

  private func proxy(for origin: Origin) throws(UpstreamFailure) -> Proxy? {
    switch proxySetting {
    case .direct: nil
    case .proxy(let proxy): proxy
    case .environment: try transport.environmentProxies.proxy(for: origin)
    }
  }

  /// A proxy resolves names itself, so that only what a URL says can be judged.
  private static func objectionBehindProxy(to origin: Origin) -> String? {
    if let address = IPAddress(parsing: origin.host) { return AddressPolicy.objection(to: address) }
    return LocalHost.isNamed(by: origin.host) ? "loopback address" : nil
  }

  private func exchange(_ request: some WireRequest, through proxy: Proxy) async throws(UpstreamFailure) -> WireResponse
  {
    // The HTTP client writes such an address without its brackets, which no proxy can read.
    if !ForwardedRequest.isUsed(for: request.url.origin.scheme), case .v6? = IPAddress(parsing: request.url.origin.host)
    {
      throw .unreachable("an IPv6 address cannot be asked through a proxy: write a name, or proxy: direct")
    }
    do throws(UpstreamFailure) {
      let host = GoodAddresses.Host(name: proxy.origin.host, port: proxy.origin.port)
      let addresses = try await addresses(of: host, isFree: true, for: request)
      return try await exchange(request, at: addresses, of: host, proxy)
    } catch {
      guard case .unreachable(let reason) = error else { throw error }
      throw .unreachable("through proxy \(proxy.origin.authority): \(reason)")
    }
  }

  private func addresses(
    of host: GoodAddresses.Host,
    isFree: Bool,
    for request: some WireRequest
  ) async throws(UpstreamFailure) -> [IPAddress] {
    do {
      return try await transport.hosts.addresses(of: host, isFree: isFree, timeout: profile.timeouts.connect)
    } catch let refusal as HostAddresses.Refusal {
      throw request.refusal(refusal.reason)
    } catch {
      throw TransportErrors.failure(of: error, during: .head)
    }
  }

  /// Sends a request to its host, or to its proxy, at an address.
  func exchange(_ request: some WireRequest, dialling address: IPAddress?, _ proxy: Proxy? = nil)
    async throws(UpstreamFailure) -> WireResponse
  {
    let origin = request.url.origin
    let profile = configuredOrigins.contains(origin) ? profileShowingCertificate : profile
    let client = try transport.client(
      for: ClientCache.Key(profile: profile, scheme: origin.scheme, host: origin.host, address: address, proxy: proxy)
    )
    var retried = false
    while true {
      do {
        let deadline = NIODeadline.now() + TimeAmount(headPatience)
        let response = try await client.http.execute(clientRequest(request, through: proxy), deadline: deadline)
        note(request, status: "\(response.status.code)")
        // Only a proxy says so; where it connects, the HTTP client takes it as this failure.
        if proxy != nil, response.status == .proxyAuthenticationRequired {
          throw HTTPClientError.proxyAuthenticationRequired
        }
        return wireResponse(response, to: request, client: client)
      } catch {
        // A connection that has been idle may be closed by the other side just as it is used. All that Berth sends
        // may be sent twice.
        if !retried, TransportErrors.isConnectionLoss(error) {
          retried = true
          continue
        }
        let failure = TransportErrors.failure(of: error, during: .head)
        note(request, status: failure.description)
        throw failure
      }
    }
  }

  /// One line for each request. Of a URL behind a redirect only the host is shown: the rest may be a signature.
  private func note(_ request: some WireRequest, status: String) {
    let url = request.url
    let place = request is AuthorizedRequest ? "\(url.origin)\(url.path)" : url.origin.description
    log.debug("asked upstream", metadata: ["ask": "\(request.method) \(place)", "answer": "\(status)"])
  }

  private func clientRequest(_ request: some WireRequest, through proxy: Proxy?) -> HTTPClientRequest {
    var sent = HTTPClientRequest(url: request.url.text)
    if let proxy, ForwardedRequest.isUsed(for: request.url.origin.scheme) {
      sent = ForwardedRequest.request(for: request.url, through: proxy)
    }
    sent.method = request.method
    for field in request.headers { sent.headers.add(name: field.name, value: field.value) }
    sent.headers.replaceOrAdd(name: "User-Agent", value: transport.userAgent)
    // Bytes must come as they are: what is compressed on the way hashes to something else.
    sent.headers.replaceOrAdd(name: "Accept-Encoding", value: "identity")
    sent.body = request.body.map { .bytes($0) }
    return sent
  }

  private func wireResponse(_ response: HTTPClientResponse, to request: some WireRequest, client: PooledClient)
    -> WireResponse
  {
    let hasBody = request.method != .HEAD
    return WireResponse(
      url: request.url,
      status: Int(response.status.code),
      headers: response.headers,
      pieces: ResponsePieces(
        body: response.body,
        expectedLength: hasBody ? WireResponse.contentLength(response.headers) : 0,
        maxLength: maxBlobBytes,
        client: client
      )
    )
  }
}
