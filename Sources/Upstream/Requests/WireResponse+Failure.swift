import Glibc
import NIOCore
import NIOHTTP1
import OCI

extension WireResponse {
  /// Returns if the status is one of `accepted`; else reads what the upstream has to say and throws what it means.
  func requireSuccess(limits: Limits, accepting accepted: Set<Int> = [200]) async throws(UpstreamFailure) {
    if accepted.contains(status) { return }
    if status == 401 || status == 403 { throw await denial(limits: limits) }
    if status == 416 {
      await discard()
      throw .rangeNotSatisfiable(size: sizeOfUnsatisfiedRange)
    }
    let error = await errorBody(limits: limits)
    switch status {
    case 404, 410: throw absence(error)
    case 429: throw .rateLimited(retryAfter: retryAfter(error, limits), kind: error.rateLimitKind)
    default: throw .failed(status: status, message: error.message)
    }
  }

  /// What a 401 or 403 means. What a page for people says is told: an administrator will know whose page it is.
  func denial(limits: Limits) async -> UpstreamFailure {
    .denied(status: status, said: await errorBody(limits: limits).pageText)
  }

  /// Reads what the upstream has to say, and gives the body up.
  private func errorBody(limits: Limits) async -> ErrorBody {
    ErrorBody(await collectExcerpt(upTo: limits.maxErrorBodyBytes).readableBytesView, limits: limits)
  }

  /// What a 404 means. An ingress answers so while the registry behind it is away.
  private func absence(_ error: ErrorBody) -> UpstreamFailure {
    if headers.contains(name: "Docker-Distribution-Api-Version") || error.isOfRegistry || error.isOfStorage {
      return .notFound
    }
    if let text = error.pageText { return .failed(status: status, message: "a page that is no registry's: “\(text)”") }
    return .absenceUnclear
  }

  /// How long the upstream wants to be left alone: by the field, else by what GHCR writes into the message.
  private func retryAfter(_ error: ErrorBody, _ limits: Limits) -> Duration? {
    for text in [headers.first(name: "Retry-After"), error.retryAfter] {
      guard let text else { continue }
      let wait = RetryAfter.parse(text, now: clock, ceiling: limits.maxRetryAfter)
      if let wait { return wait }
    }
    return nil
  }

  /// Seconds since 1970 by the clock of whoever answers: moments that it names are reckoned against that, since clocks
  /// differ. Ours, if it does not say.
  var clock: Int64 { headers.first(name: "Date").flatMap(HTTPDate.parse) ?? Int64(time(nil)) }

  /// The length in `Content-Range: bytes */1234` (RFC 9110 §15.5.17).
  private var sizeOfUnsatisfiedRange: Int64? {
    guard let text = headers.first(name: "Content-Range"), text.lowercased().hasPrefix("bytes */") else { return nil }
    let digits = text.dropFirst("bytes */".count)
    return digits.utf8.allSatisfy(\.isDigit) ? Int64(digits) : nil
  }
}
