import OCI

/// What one account may still ask of one endpoint, as the answers so far have told. Pure: time is passed in.
///
/// | an answer | pulls (GETs of manifests) | everything else |
/// |---|---|---|
/// | says that something is left | go | go |
/// | says that nothing of an allowance of hours is left | rest, until the next look | go |
/// | says that nothing is left, of whatever else, until it is reset | rest until then | rest until then |
/// | says that nothing is left, and no more | go: what was answered was allowed | go |
/// | 429 for the allowance of pulls | rest, as long as it says or until the next look | go |
/// | … to a HEAD of a manifest | rest, likewise | HEADs of manifests rest too; the others go |
/// | any other 429 | rest, as long as it says; else longer each time | rest, likewise |
struct RateBudget {
  typealias Instant = ContinuousClock.Instant

  /// Pauses that the upstream does not dictate.
  struct Pauses: Hashable {
    /// Until an allowance of pulls that is used up is looked at again.
    var pulls: Duration
    /// After the first 429 that does not say when to come back; doubled each time.
    var first: Duration
    /// … up to this.
    var longest: Duration
    /// After the first 429, whatever it says; doubled each time. Some say zero.
    var least: Duration
  }

  /// A limit that is in force.
  struct Rest: Equatable {
    var duration: Duration
    var kind: RateLimitKind
  }

  private struct Pause {
    var until: Instant
    /// Whether the upstream did not say how long: then an answer that tells of something left ends it.
    var isGuess: Bool
  }

  /// What was told last, and when.
  private(set) var told: (fields: RateLimitFields, at: Instant)?
  private let pauses: Pauses
  private var pulls: Pause?
  private var looks: Pause?
  private var requests: Pause?
  private var refusalsInARow = 0

  init(pauses: Pauses) { self.pauses = pauses }

  /// How long nothing of this kind is to be asked; nil if it may be.
  func rest(for ask: UpstreamRequest.Kind, now: Instant) -> Rest? {
    var candidates = [(requests, RateLimitKind.requests)]
    switch ask {
    case .pull: candidates.append((pulls, .pulls))
    case .look: candidates.append((looks, .pulls))
    case .other: break
    }
    return candidates.compactMap { pause, kind in
      pause.flatMap { $0.until > now ? Rest(duration: $0.until - now, kind: kind) : nil }
    }.max { $0.duration < $1.duration }
  }

  /// An answer came, with these fields if it had any.
  mutating func answered(_ fields: RateLimitFields?, now: Instant) {
    refusalsInARow = 0
    if let fields { learn(fields, now: now) }
  }

  /// A 429 came.
  /// - Returns: how long nothing of this kind is to be asked.
  mutating func refused(
    _ told: RateLimitKind,
    _ ask: UpstreamRequest.Kind,
    retryAfter: Duration?,
    _ fields: RateLimitFields?,
    now: Instant
  ) -> Rest {
    if let fields { learn(fields, now: now) }
    // The limits differ in the text, which the answer to a HEAD does not have; that nothing is left tells as much.
    let kind = ask == .look && countsPulls && fields?.remaining == 0 ? .pulls : told
    let factor = 1 << min(refusalsInARow, 16)
    refusalsInARow += 1
    let least = min(pauses.least * factor, pauses.longest)
    switch kind {
    case .pulls:
      let pause = max(retryAfter ?? pauses.pulls, least)
      pulls = Pause(until: now + pause, isGuess: retryAfter == nil)
      if ask == .look { looks = pulls }
      return Rest(duration: pause, kind: kind)
    case .requests:
      let pause = max(retryAfter ?? min(pauses.first * factor, pauses.longest), least)
      requests = Pause(until: now + pause, isGuess: retryAfter == nil)
      return Rest(duration: pause, kind: kind)
    }
  }

  /// Whether so little is left that it should be kept for clients: less than a fifth.
  func isShort(now: Instant) -> Bool {
    if rest(for: .pull, now: now) != nil { return true }
    guard countsPulls, let limit = told?.fields.limit, let left = left(now: now) else { return false }
    return left < limit / 5
  }

  /// Whether pulls are counted, over hours, as Docker Hub does. Others send the same fields about requests of any kind,
  /// in windows of minutes or without saying.
  var countsPulls: Bool {
    guard let fields = told?.fields else { return false }
    return fields.limit != nil && fields.isAllowance
  }

  /// Pulls that are left, as far as is known; nil if nobody said.
  ///
  /// What was told is carried on as for a window that slides: a share of the limit comes back as time goes by. Otherwise
  /// an upstream that nobody asks would stay short for ever.
  func left(now: Instant) -> Int64? {
    guard let told, let remaining = told.fields.remaining else { return nil }
    guard let limit = told.fields.limit else { return remaining }
    let window = max(1, told.fields.window?.components.seconds ?? 0)
    let age = min(max(0, (now - told.at).components.seconds), window)
    return max(remaining, min(limit, remaining + limit * age / window))
  }

  private mutating func learn(_ fields: RateLimitFields, now: Instant) {
    told = (fields, now)
    guard let remaining = fields.remaining else { return }
    if remaining > 0 {
      if pulls?.isGuess == true { (pulls, looks) = (nil, nil) }
      if requests?.isGuess == true { requests = nil }
    } else if fields.isAllowance {
      guard (pulls?.until ?? now) <= now else { return }
      let end = min(fields.reset ?? pauses.pulls, fields.window ?? pauses.pulls, pauses.pulls)
      pulls = Pause(until: now + end, isGuess: true)
    } else if let reset = fields.reset {
      let until = now + min(reset, pauses.longest)
      requests = Pause(until: max(until, requests?.until ?? until), isGuess: requests?.isGuess ?? true)
    }
  }
}
