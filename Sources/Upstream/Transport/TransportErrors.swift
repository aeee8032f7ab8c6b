import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Says what the network's many errors mean for a request, without host-independent noise.
enum TransportErrors {
  /// How far a request had come.
  enum Phase {
    /// The head of the answer had not arrived.
    case head
    /// The body was being read.
    case body
  }

  static func failure(of error: any Error, during phase: Phase) -> UpstreamFailure {
    switch error {
    case let failure as UpstreamFailure: failure
    case is CancellationError: .cancelled
    case let error as HTTPClientError: failure(of: error, during: phase)
    case ResponseWatchError.silent: .timedOut(.read)
    case let fault as AnswerFault: .protocolViolation(fault.description)
    case let error as NIOSSLError: tlsFailure(error)
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      .tlsFailed(CertificateNames.wrongHost)
    case is NIOSSLExtraError: .tlsFailed("its certificate or name cannot be used")
    case is BoringSSLError: .tlsFailed(TLSFailureText.reason("\(error)"))
    case let error as NIOConnectionError: failure(of: error)
    case let error as IOError where phase == .head && isRefusal(error): .unreachable(reason(of: error))
    case let error as IOError: lost(reason(of: error), phase)
    case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed: lost("connection closed", phase)
    case ChannelError.connectTimeout: .timedOut(.connect)
    case HTTPParserError.invalidEOFState: lost("connection closed", phase)
    case is HTTPParserError: phase == .head ? .protocolViolation("not an HTTP answer") : .interrupted("framing broke")
    case is SocketAddressError, is SocketAddressError.UnknownHost: .unreachable("name does not resolve")
    default: lost("the connection failed", phase)
    }
  }

  /// Whether the other side closed or reset the connection instead of answering.
  static func isConnectionLoss(_ error: any Error) -> Bool {
    switch error {
    case let error as HTTPClientError: error == .remoteConnectionClosed
    case let error as IOError: error.errnoCode == ECONNRESET || error.errnoCode == EPIPE
    // A request that was handed to a connection just as it was closed.
    case ChannelError.ioOnClosedChannel, ChannelError.alreadyClosed: true
    // The parser's word for it, where the connection ended before a head that was on its way.
    case HTTPParserError.invalidEOFState: true
    default: false
    }
  }

  /// Whether no connection came about at all.
  private static func isRefusal(_ error: IOError) -> Bool {
    ![ECONNRESET, EPIPE].contains(error.errnoCode)
  }

  private static func lost(_ reason: String, _ phase: Phase) -> UpstreamFailure {
    phase == .head ? .unanswered(reason) : .interrupted(reason)
  }

  private static func failure(of error: HTTPClientError, during phase: Phase) -> UpstreamFailure {
    switch error {
    case .cancelled: .cancelled
    case .connectTimeout, .getConnectionFromPoolTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
      .timedOut(.connect)
    case .tlsHandshakeTimeout: .timedOut(.tls)
    case .deadlineExceeded: .timedOut(.firstByte)
    case .readTimeout: .timedOut(.read)
    case .remoteConnectionClosed: lost("connection closed", phase)
    case .uncleanShutdown: lost("TLS connection cut", phase)
    case .alreadyShutdown: .cancelled
    case .proxyAuthenticationRequired: .unreachable("it wants a user and a password, or others (407)")
    case .invalidProxyResponse: .unreachable("it refuses the connection")
    default: lost(error.shortDescription, phase)
    }
  }

  private static func tlsFailure(_ error: NIOSSLError) -> UpstreamFailure {
    switch error {
    case .uncleanShutdown: .interrupted("TLS connection cut")
    case .handshakeFailed(let reason): .tlsFailed(TLSFailureText.reason("\(reason)"))
    case .failedToLoadCertificate: .tlsFailed("a certificate cannot be used")
    case .failedToLoadPrivateKey: .tlsFailed("a private key cannot be used")
    case .noCertificateToValidate: .tlsFailed("the other side shows no certificate")
    case .unableToValidateCertificate: .tlsFailed(TLSFailureText.unverified)
    default: .tlsFailed("the handshake failed")
    }
  }

  /// One attempt at each of the host's addresses: the first reason tells most.
  private static func failure(of error: NIOConnectionError) -> UpstreamFailure {
    if let attempt = error.connectionErrors.first {
      return failure(of: attempt.error, during: .head)
    }
    return .unreachable("name does not resolve")
  }

  private static func reason(of error: IOError) -> String {
    switch error.errnoCode {
    case ECONNREFUSED: "connection refused"
    case ECONNRESET, EPIPE: "connection reset"
    case EHOSTUNREACH: "no route to host"
    case ENETUNREACH: "network unreachable"
    case ETIMEDOUT: "connection timed out"
    default: String(cString: strerror(error.errnoCode))
    }
  }
}
