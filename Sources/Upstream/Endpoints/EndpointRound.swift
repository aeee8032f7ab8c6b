import OCI

/// Which endpoint is asked next, and what the answers of all of them mean together. Pure.
///
/// | an endpoint | then |
/// |---|---|
/// | has it | that is the answer |
/// | is away, slow, broken or limits us | the next is asked |
/// | says 404 | the next is asked: a mirror may lack what the registry has, or be behind it |
/// | answers 404 as no registry does | the next is asked |
/// | refuses (401, 403), or says anything else | that is the answer: it was understood, and asking around would not be fair |
///
/// When all have been asked in vain, the thing is missing if the upstream's own registry says so, or if nobody is in
/// trouble. Otherwise it is not known to be missing: a mirror's 404 while the registry is away must not make anybody
/// forget a tag.
struct EndpointRound {
  private var places: ArraySlice<Int>
  private let ownPlace: Int?
  private var isMissing = false
  private var isUnclear = false
  private var trouble: UpstreamFailure?

  /// - Parameters:
  ///   - count: how many endpoints there are.
  ///   - ownPlace: which of them is the registry itself; the others are mirrors of it.
  ///   - avoided: the one that has just broken off. It is asked last, and the others from the one behind it on.
  init(count: Int, ownPlace: Int?, avoiding avoided: Int? = nil) {
    self.ownPlace = ownPlace
    let first = avoided.map { $0 + 1 } ?? 0
    places = (0..<max(count, 0)).map { (first + $0) % max(count, 1) }[...]
  }

  /// The endpoint to ask now; nil when all have been asked.
  mutating func next() -> Int? { places.popFirst() }

  /// Whether the one that is asked now is the last.
  var isLast: Bool { places.isEmpty }

  /// The endpoint at `place` did not help.
  /// - Returns: whether another one may; if not, the failure is the answer.
  mutating func failed(_ failure: UpstreamFailure, at place: Int) -> Bool {
    switch failure {
    case .notFound: isMissing = isMissing || place == ownPlace
    case .absenceUnclear: isUnclear = true
    case _ where failure.isTroubleOfOneEndpoint: note(failure)
    default: return false
    }
    return true
  }

  /// What it comes to when nobody helped.
  var outcome: UpstreamFailure {
    isMissing ? .notFound : trouble ?? (isUnclear ? .absenceUnclear : .notFound)
  }

  /// A limit says when to come back, which serves clients best; else the first failure is of the preferred endpoint.
  private mutating func note(_ failure: UpstreamFailure) {
    if case .rateLimited? = trouble { return }
    if case .rateLimited = failure { trouble = failure }
    trouble = trouble ?? failure
  }
}

extension UpstreamFailure {
  /// Whether another endpoint with the same content may well answer.
  var isTroubleOfOneEndpoint: Bool {
    switch self {
    case .unreachable, .unanswered, .timedOut, .tlsFailed, .interrupted, .rateLimited, .resting, .protocolViolation,
      .redirectRefused:
      true
    case .failed(let status, _): status >= 500 || [404, 408, 410].contains(status)
    case .notFound, .absenceUnclear, .denied, .rangeNotSatisfiable, .tooLarge, .listTooLong, .realmRefused,
      .credentialUnavailable, .memoryUsedUp, .cancelled, .overloaded:
      false
    }
  }
}
