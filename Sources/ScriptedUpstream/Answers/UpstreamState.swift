import NIOHTTP1

/// Everything the tool knows, in one value: requests go in, answers come out, and time is passed in.
struct UpstreamState: Sendable {
  var registry = Registry()
  var script = Script()
  var settings = UpstreamSettings()
  var tokens = TokenLedger()
  var limiter = PullLimiter()
  var links = SignedLinks()
  var log: RequestLog
  /// `http://127.0.0.1:1234`, without a slash at the end, by origin.
  var urls: [Origin: String] = [:]

  init(logCapacity: Int) { log = RequestLog(capacity: logCapacity) }

  func url(_ origin: Origin) -> String { urls[origin] ?? "" }

  /// Takes a request in: authenticates it, applies the script, finds the answer, and notes all that.
  mutating func begin(_ request: IncomingRequest, now: UInt64) -> (handle: RequestLog.Handle, plan: DeliveryPlan) {
    let admission = admit(request, now: now)
    let (action, rules) = script.decide(request, isAuthenticated: admission.isGranted)
    let answer: Answer
    let credential: String
    switch admission {
    case .granted(let user):
      credential = user
      answer =
        scriptedAnswer(request, action, now: now) ?? ordinaryAnswer(request, action, credential: user, now: now)
    case .refused(let refusal):
      credential = ""
      answer = scriptedAnswer(request, action, now: now) ?? refusal
    }
    let digest = answer.digest ?? request.route.digest
    let handle = log.begin(request, digest: digest, credential: credential, now: now)
    if !rules.isEmpty { log.update(handle) { $0.rules = rules } }
    return (handle, DeliveryPlan(answer, action, request))
  }

  private mutating func ordinaryAnswer(
    _ request: IncomingRequest,
    _ action: Action,
    credential: String,
    now: UInt64
  ) -> Answer {
    switch request.route.kind {
    case .ping:
      var answer = Answer.text(200, "{}", type: "application/json")
      answer.headers.add(name: "Docker-Distribution-API-Version", value: "registry/2.0")
      return answer
    case .manifestGet, .manifestHead: return manifestAnswer(request, action, credential: credential)
    case .blobGet, .blobHead: return blobAnswer(request, action)
    case .tagsList: return tagListAnswer(request)
    case .referrers: return referrersAnswer(request)
    case .token: return tokenAnswer(request, now: now)
    case .redirectTarget: return storageAnswer(request, action, now: now)
    case .recorder: return .text(200, "recorded\n")
    case .other: return .error(404, "NAME_UNKNOWN", "no such route")
    }
  }
}
