/// How the referrers API behaves.
public struct ReferrersSettings: Sendable, Equatable, Decodable {
  /// Whether there is one; otherwise its path is 404.
  public var isEnabled = true
  /// How many referrers a page holds; all, for nil.
  public var pageSize: Int?
  /// Whether the registry filters by `artifactType` itself and says so.
  public var filters = true
  /// Whether the fallback tag of a digest lists its referrers.
  public var hasFallbackTags = false

  enum CodingKeys: String, CodingKey, CaseIterable { case isEnabled, pageSize, filters, hasFallbackTags }

  /// An API that behaves.
  public init() {}

  /// Made by setting what differs.
  public init(_ set: (inout ReferrersSettings) -> Void) { set(&self) }

  /// Reads the JSON form; what is absent is as by default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    isEnabled = try container.value(.isEnabled, else: isEnabled)
    pageSize = try container.decodeIfPresent(Int.self, forKey: .pageSize)
    filters = try container.value(.filters, else: filters)
    hasFallbackTags = try container.value(.hasFallbackTags, else: hasFallbackTags)
  }
}

/// How tag lists behave.
public struct TagListSettings: Sendable, Equatable, Decodable {
  /// Where the `Link` of a page leads.
  public enum LinkForm: String, Sendable, Codable {
    /// A path and query.
    case relative
    /// A whole URL on the registry origin.
    case absolute
    /// A whole URL on the recorder origin.
    case otherHost
    /// The page itself, for ever.
    case loop
  }

  /// Whether `n` is taken no notice of.
  public var ignoresCount = false
  /// How many tags a page holds at most, and without `n`; all, for nil.
  public var pageSize: Int?
  /// Whether tags come in reverse, in place of sorted.
  public var isUnsorted = false
  /// Where the next page is said to be.
  public var link = LinkForm.relative

  enum CodingKeys: String, CodingKey, CaseIterable { case ignoresCount, pageSize, isUnsorted, link }

  /// Lists that behave.
  public init() {}

  /// Made by setting what differs.
  public init(_ set: (inout TagListSettings) -> Void) { set(&self) }

  /// Reads the JSON form; what is absent is as by default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    ignoresCount = try container.value(.ignoresCount, else: ignoresCount)
    pageSize = try container.decodeIfPresent(Int.self, forKey: .pageSize)
    isUnsorted = try container.value(.isUnsorted, else: isUnsorted)
    link = try container.value(.link, else: link)
  }
}

/// Pull limits in Docker Hub's manner: manifest GETs count, HEADs tell and do not count.
public struct RateLimitSettings: Sendable, Equatable, Decodable {
  /// Pulls in a window for whoever shows no credentials; no limit at all, and no headers, for nil.
  public var limit: Int?
  /// The same for each user that does; nil for as many as without.
  public var authenticatedLimit: Int?
  /// The window that is told, in seconds. The count starts again only when told to.
  public var window = 21_600
  /// The `docker-ratelimit-source` of the anonymous.
  public var source = "192.0.2.1"
  /// The `Retry-After` of a refusal; none for nil.
  public var retryAfter: String?

  enum CodingKeys: String, CodingKey, CaseIterable { case limit, authenticatedLimit, window, source, retryAfter }

  /// No limit.
  public init() {}

  /// Made by setting what differs.
  public init(_ set: (inout RateLimitSettings) -> Void) { set(&self) }

  /// Reads the JSON form; what is absent is as by default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
    limit = try container.decodeIfPresent(Int.self, forKey: .limit)
    authenticatedLimit = try container.decodeIfPresent(Int.self, forKey: .authenticatedLimit)
    window = try container.value(.window, else: window)
    source = try container.value(.source, else: source)
    retryAfter = try container.decodeIfPresent(String.self, forKey: .retryAfter)
  }
}
