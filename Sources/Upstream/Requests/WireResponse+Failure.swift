import Glibc
import NIOCore
import NIOHTTP1
import OCI

extension WireResponse {
  /// Returns if the status is one of `accepted`; else reads what the upstream has to say and throws what it means.
  func requireSuccess(limits: Limits, accepting accepted: Set<Int> = [200]) async throws(UpstreamFailure) {
    if accepted.contains(status) { return }
    switch status {
    case 404, 410:
      await discard()
      throw .notFound
    case 401, 403:
      await discard()
      throw .denied(status: status)
    case 416:
      await discard()
      throw .rangeNotSatisfiable(size: sizeOfUnsatisfiedRange)
    default: break
    }
    let text = await collectExcerpt(upTo: limits.maxErrorBodyBytes)
    let error = ErrorBody(text.readableBytesView, limits: limits)
    if status == 429 {
      throw .rateLimited(retryAfter: retryAfter(error, limits), kind: error.rateLimitKind)
    }
    throw .failed(status: status, message: error.message)
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
    return digits.utf8.allSatisfy { $0 &- 0x30 < 10 } ? Int64(digits) : nil
  }
}
