import HTTPServer
import NIOHTTP1
import OCI
import PullThrough

/// The one table from what went wrong to what a client sees.
///
/// 401 would make engines look for credentials of Berth's own, so upstream's denials are 403. Trouble upstream is 502,
/// 503 or 504: engines then go on to their next mirror at once, where a 429 makes containerd try five times in a row.
enum ErrorReply {
  static let methodNotAllowed = ErrorBody(
    .unsupported,
    "this name is served read-only: only GET and HEAD are answered"
  ).reply(status: .methodNotAllowed, extra: [("Allow", "GET, HEAD")])

  static func reply(to failure: RegistryTarget.Failure) -> Reply {
    switch failure {
    case .notFound:
      ErrorBody(.unsupported, "no endpoint of the distribution API has this path").reply(status: .notFound)
    case .tooLong: ErrorBody(.nameInvalid, "the request target is too long").reply(status: .uriTooLong)
    case .noTag(let excerpt):
      ErrorBody(.manifestUnknown, "there can be no manifest “\(excerpt)”: it is no tag and no digest")
        .reply(status: .notFound)
    case .invalid(let code, let message): ErrorBody(code, message).reply(status: .badRequest)
    }
  }

  static func reply(to error: RoutingError) -> Reply {
    switch error {
    case .nameInvalid(let reason): ErrorBody(.nameInvalid, reason).reply(status: .badRequest)
    case .upstream(let error): reply(to: error)
    }
  }

  static func reply(to error: PullThroughError) -> Reply {
    let (status, code) = status(of: error)
    var extra: [(String, String)] = []
    switch error {
    case .rateLimited(_, let seconds): extra.append(("Retry-After", "\(seconds ?? 60)"))
    case .upstreamFailed(_, _, let seconds?), .upstreamTimedOut(_, _, let seconds?):
      extra.append(("Retry-After", "\(seconds)"))
    case .overloaded: extra.append(("Retry-After", "5"))
    case .busy: extra.append(("Retry-After", "2"))
    case .abandoned: extra.append(("Retry-After", "1"))
    default: break
    }
    let message = ErrorMessage.text(of: error)
    var reply = ErrorBody(code, message).reply(status: status, extra: extra)
    // A name that does not exist is the client's affair.
    if status != .notFound { reply.trouble = message }
    return reply
  }

  private static func status(of error: PullThroughError) -> (HTTPResponseStatus, ErrorCode) {
    switch error {
    case .upstreamUnknown, .upstreamsDisagree, .nameMissing, .repositoryUnknown: (.notFound, .nameUnknown)
    case .manifestUnknown, .manifestAbsenceUnclear: (.notFound, .manifestUnknown)
    case .blobUnknown: (.notFound, .blobUnknown)
    case .denied: (.forbidden, .denied)
    case .rateLimited: (.tooManyRequests, .tooManyRequests)
    case .upstreamFailed, .contentMismatch, .manifestRefused, .listTooLong: (.badGateway, .unavailable)
    case .upstreamTimedOut: (.gatewayTimeout, .unavailable)
    case .overloaded, .busy, .abandoned: (.serviceUnavailable, .unavailable)
    case .offline(_, .manifest): (.notFound, .manifestUnknown)
    case .offline(_, .blob): (.notFound, .blobUnknown)
    case .offline(_, .tags), .offline(_, .referrers), .offline(_, .upload): (.notFound, .nameUnknown)
    case .storeFailed: (.internalServerError, .unavailable)
    }
  }
}
