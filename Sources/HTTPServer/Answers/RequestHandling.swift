/// How the requests of a listener's connections are handled.
struct RequestHandling {
  var responder: any Responder
  /// Whether bodies of requests are the rule: then connections go on behind them.
  var takesBodies: Bool
  var bodies: BodyWriter.Settings
  /// The largest part of a request's header that is not its `Range` field.
  var maxFieldBytes: Int
  /// How many pieces of a request's body, each of which is what one read brings, may wait for whoever takes it.
  var bodyWindowPieces: Int
  var refusals: any RefusalRendering
  /// Who is at the other end of the connection.
  var peer: Peer
  /// Counts the requests of each client; nil where they may be as many as they like.
  var rates: ClientRates?
  /// Whether the client is told why before the connection is closed on what it still sends. TLS has its own way.
  var lingers: Bool
  var observer: RequestObserver
}
