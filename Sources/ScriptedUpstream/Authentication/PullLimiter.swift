import NIOHTTP1

/// Counts pulls for each credential, in Docker Hub's manner.
struct PullLimiter: Sendable {
  private var used: [String: Int] = [:]

  /// The headers that tell where a credential stands; none when there is no limit.
  func headers(_ settings: RateLimitSettings, credential: String) -> HTTPHeaders {
    guard let limit = Self.limit(settings, credential) else { return [:] }
    return [
      "ratelimit-limit": "\(limit);w=\(settings.window)",
      "ratelimit-remaining": "\(max(0, limit - used[credential, default: 0]));w=\(settings.window)",
      "docker-ratelimit-source": credential.isEmpty ? settings.source : credential,
    ]
  }

  /// Takes one pull of a credential's; false if it has none left.
  mutating func take(_ settings: RateLimitSettings, credential: String) -> Bool {
    guard let limit = Self.limit(settings, credential) else { return true }
    guard used[credential, default: 0] < limit else { return false }
    used[credential, default: 0] += 1
    return true
  }

  /// Sets how many pulls a credential has left.
  mutating func set(remaining: Int, _ settings: RateLimitSettings, credential: String) {
    used[credential] = (Self.limit(settings, credential) ?? 0) - remaining
  }

  /// A new window for everyone.
  mutating func reset() { used = [:] }

  private static func limit(_ settings: RateLimitSettings, _ credential: String) -> Int? {
    credential.isEmpty ? settings.limit : settings.authenticatedLimit ?? settings.limit
  }
}
