import NIOCore
import NIOHTTP1
import PullThrough

/// What is sent in answer to one request.
struct Reply: Sendable {
  enum Body: Sendable {
    /// Nothing, as to HEAD; `Content-Length` is among the headers if there is one to tell.
    case none
    case bytes(ByteBuffer)
    /// A part of what is long, or shared with others, and in memory.
    case shared(SharedBody, Range<Int64>)
    /// A part of a verified file.
    case file(HeldContent, Range<Int64>)
    /// A part of a file that is still arriving.
    case following(Follower, Range<Int64>)
    /// Several parts of one source, each behind a text.
    case parts([MultipartRanges.Part], BodySource)
  }

  var status: HTTPResponseStatus
  var headers: HTTPHeaders
  var body: Body
  /// How the answer was come by, if the status does not say it.
  var outcome: RequestOutcome?
  /// Where it is counted; nil for what nobody counts.
  var account: RequestAccount?

  /// What is wrong that an operator may want to mend; nil when nothing is.
  var trouble: String?

  /// The same answer, come by as said.
  func with(_ outcome: RequestOutcome) -> Reply {
    var reply = self
    // An error is an error, however it was come by.
    if status.code < 400 { reply.outcome = outcome }
    return reply
  }

  /// The same answer, to be counted there.
  func counted(on account: RequestAccount) -> Reply {
    var reply = self
    reply.account = account
    return reply
  }
}

/// Where a request is counted.
struct RequestAccount: Sendable {
  var endpoint: Endpoint
  var upstream: UpstreamMetrics
}

/// An answer, or the way to one.
enum Response: Sendable {
  /// Known at once, on the event loop.
  case now(Reply)
  /// Something must be asked first: the disk, or an upstream. Refused where as many requests wait as may.
  case later(@Sendable () async -> Reply)
  /// Some work of our own comes first, which takes moments: done however many wait.
  case soon(@Sendable () async -> Reply)

  /// The same, to be counted there.
  func counted(on account: RequestAccount) -> Response {
    switch self {
    case .now(let reply): .now(reply.counted(on: account))
    case .later(let work): .later { await work().counted(on: account) }
    case .soon(let work): .soon { await work().counted(on: account) }
    }
  }
}

/// Turns requests into answers.
protocol Responder: Sendable {
  /// Called on an event loop: must not block.
  func respond(to request: Request) -> Response
}
