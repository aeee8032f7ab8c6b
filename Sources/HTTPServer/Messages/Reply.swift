package import NIOCore
package import NIOHTTP1

/// What is sent in answer to one request.
package struct Reply: Sendable {
  package enum Body: Sendable {
    /// Nothing, as to HEAD; `Content-Length` is among the headers if there is one to tell.
    case none
    case bytes(ByteBuffer)
    /// A part of what is long, or shared with others, and in memory.
    case shared(SharedBody, Range<Int64>)
    /// A part of what comes from somewhere else: a file, or what is still arriving.
    case source(any BodySource, Range<Int64>)
    /// Several parts of one source, each behind a text.
    case parts([MultipartRanges.Part], any BodySource)
  }

  package var status: HTTPResponseStatus
  package var headers: HTTPHeaders
  package var body: Body
  /// How the answer was obtained, if the status does not say it.
  package var outcome: OutcomeLabel?
  /// Where it is counted; nil for what nobody counts.
  package var account: (any RequestCounting)?
  /// What is wrong that an operator may want to mend; nil when nothing is.
  package var trouble: String?

  package init(status: HTTPResponseStatus, headers: HTTPHeaders, body: Body, trouble: String? = nil) {
    (self.status, self.headers, self.body, self.trouble) = (status, headers, body, trouble)
  }

  /// The same answer, to be counted there.
  package func counted(on account: any RequestCounting) -> Reply {
    var reply = self
    reply.account = account
    return reply
  }
}
