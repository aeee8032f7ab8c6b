/// Where a redirect may lead. Pure: what the name resolves to is judged by `AddressPolicy` when it is dialled.
enum RedirectPolicy {
  /// The URL that a redirect answer to `url` leads to.
  ///
  /// - Parameters:
  ///   - location: the `Location` field.
  ///   - hops: redirects followed so far.
  ///   - maxHops: see `Limits.maxRedirects`.
  /// - Throws: `redirectRefused`, or `protocolViolation` if there is no readable location.
  static func target(of location: String?, from url: WebURL, hops: Int, maxHops: Int) throws(UpstreamFailure) -> WebURL
  {
    guard hops < maxHops else { throw .redirectRefused("more than \(maxHops) in a row") }
    guard let target = location.flatMap(url.resolving) else {
      throw .protocolViolation("redirect without a usable Location")
    }
    // A downgrade would show what is asked, and lets anybody on the way change the answer.
    if url.origin.scheme == .https, target.origin.scheme == .http {
      throw .redirectRefused("from https to http at \(target.origin.authority)")
    }
    return target
  }

  /// Whether a status sends the reader of a GET or HEAD elsewhere (RFC 9110 §15.4). 304 and 305 never do.
  static func isRedirect(_ status: Int) -> Bool {
    switch status {
    case 301, 302, 303, 307, 308: true
    default: false
    }
  }
}
