import NIOHTTP1

/// How the requests of a listener's connections are handled.
struct RequestHandling {
  var bodies: BodyWriter.Settings
  /// The largest body that a request may have; 0 where none is taken.
  var maxBodyBytes: Int
  /// The largest part of a request's header that is not its `Range` field.
  var maxFieldBytes: Int
  var refusals: any RefusalRendering
  /// Who is at the other end of the connection.
  var peer: Peer
  /// Counts the requests of each client; nil where they may be as many as they like.
  var rates: ClientRates?
  /// Whether the client is told why before the connection is closed on what it still sends. TLS has its own way.
  var lingers: Bool
  var observer: RequestObserver
}

/// What comes behind an answer.
enum AnswerEnd {
  /// The next request.
  case keepAlive
  /// The end of the connection.
  case closing
  /// The same, but the client may still be sending: it is to see the answer, which a close in the midst of its bytes would
  /// take away.
  case lingering

  init(behind head: HTTPRequestHead) { self = head.isKeepAlive ? .keepAlive : .closing }
}
