import Administration
import HTTPServer
import NIOHTTP1
import OCI
import PullThrough

/// Errors of the admin API: `{"error": "what is wrong and what to do"}`.
enum AdminError {
  static func reply(_ status: HTTPResponseStatus, _ reason: String, extra: [(String, String)] = []) -> Reply {
    PlainReply.json(["error": .string(reason)], status: status, extra: extra)
  }

  static func reply(to error: OperationError) -> Reply {
    let status: HTTPResponseStatus =
      switch error {
      case .invalid: .badRequest
      case .notHeld: .notFound
      case .refused: .conflict
      case .upstream(let error): status(of: error)
      case .storeFailed: .internalServerError
      }
    return reply(status, error.description)
  }

  private static func status(of error: PullThroughError) -> HTTPResponseStatus {
    switch error {
    case .manifestUnknown, .manifestAbsenceUnclear, .repositoryUnknown, .blobUnknown, .upstreamUnknown, .nameMissing:
      .notFound
    case .upstreamsDisagree: .badRequest
    case .offline: .conflict
    case .rateLimited, .overloaded: .serviceUnavailable
    case .storeFailed: .internalServerError
    default: .badGateway
    }
  }
}
