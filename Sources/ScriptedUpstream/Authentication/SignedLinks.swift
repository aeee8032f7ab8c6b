/// Links to the storage origin that look signed, and the limits of their use. Pure: time is passed in.
struct SignedLinks: Sendable {
  enum Verdict: Equatable {
    case good, unknown, expired
  }

  private struct Link: Sendable {
    var path: String
    var usesLeft: Int?
    var expiresAt: UInt64?
  }

  /// What the storage origin's paths begin with; the registry's own path follows.
  static let prefix = "/signed"

  private var links: [String: Link] = [:]
  private var lasting: [String: String] = [:]
  private var issued: UInt64 = 0

  /// A path and query on the storage origin that lead to the content at `path` of the registry.
  mutating func issue(path: String, uses: Int?, lifetimeMilliseconds: Int?, now: UInt64) -> String {
    let isLasting = uses == nil && lifetimeMilliseconds == nil
    let target = Self.prefix + path
    let signature: String
    if isLasting, let known = lasting[path] {
      signature = known
    } else {
      issued += 1
      signature = Self.noise(issued)
      let expiresAt = lifetimeMilliseconds.map { now + UInt64(max(0, $0)) * 1_000_000 }
      links[signature] = Link(path: target, usesLeft: uses, expiresAt: expiresAt)
      if isLasting { lasting[path] = signature }
    }
    let seconds = max(1, (lifetimeMilliseconds ?? 1_200_000) / 1000)
    return target + "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=\(seconds)&X-Amz-SignedHeaders=host"
      + "&X-Amz-Signature=\(signature)"
  }

  /// Whether a request may use its link; counts the use.
  mutating func use(path: String, signature: String?, now: UInt64) -> Verdict {
    guard let signature, let link = links[signature], link.path == path else { return .unknown }
    guard link.usesLeft != 0, link.expiresAt.map({ now < $0 }) ?? true else { return .expired }
    if let left = link.usesLeft { links[signature]?.usesLeft = left - 1 }
    return .good
  }

  /// 64 hex digits that no two numbers share.
  private static func noise(_ number: UInt64) -> String {
    let words = (0..<4).map { part in (number &+ 1) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(part) &* 0xD1B5_4A32_D192_ED03 }
    return words.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
