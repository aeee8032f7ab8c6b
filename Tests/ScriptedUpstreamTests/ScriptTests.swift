import NIOHTTP1
import Testing

@testable import ScriptedUpstream

/// The rules as a pure machine: which of them a sequence of requests meets.
@Suite struct ScriptTests {
  private func request(_ method: String = "GET", _ uri: String, _ headers: HTTPHeaders = [:]) -> IncomingRequest {
    let head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: uri, headers: headers)
    return IncomingRequest(origin: .registry, head: head)
  }

  struct MatchCase: Sendable, CustomTestStringConvertible {
    var match: RuleMatch
    var method = "GET"
    var uri: String
    var isAuthenticated = true
    var headers: HTTPHeaders = [:]
    var expected: Bool

    var testDescription: String { "\(method) \(uri): \(expected)" }
  }

  static let blob = "/v2/a/b/blobs/sha256:00"

  @Test(arguments: [
    MatchCase(match: RuleMatch(), uri: blob, expected: true),
    MatchCase(match: RuleMatch(.blobGet), uri: blob, expected: true),
    MatchCase(match: RuleMatch(.blobGet), method: "HEAD", uri: blob, expected: false),
    MatchCase(match: RuleMatch(.blobHead, .blobGet), method: "HEAD", uri: blob, expected: true),
    MatchCase(match: RuleMatch(.manifestGet), uri: blob, expected: false),
    MatchCase(match: RuleMatch(repository: "a/b"), uri: blob, expected: true),
    MatchCase(match: RuleMatch(repository: "a"), uri: blob, expected: false),
    MatchCase(match: RuleMatch(repository: "a/*"), uri: blob, expected: true),
    MatchCase(match: RuleMatch(repository: "*b"), uri: blob, expected: true),
    MatchCase(match: RuleMatch(repository: "a*c"), uri: blob, expected: false),
    MatchCase(match: RuleMatch(repository: "*/*/*"), uri: blob, expected: false),
    MatchCase(match: RuleMatch(reference: "sha256:00"), uri: "/v2/a/b/blobs/sha256%3A00", expected: true),
    MatchCase(match: RuleMatch(reference: "1.*"), uri: "/v2/a/manifests/1.2", expected: true),
    MatchCase(match: RuleMatch(method: "HEAD"), uri: blob, expected: false),
    MatchCase(match: RuleMatch(origin: .storage), uri: blob, expected: false),
    MatchCase(match: RuleMatch(range: true), uri: blob, expected: false),
    MatchCase(match: RuleMatch(range: true), uri: blob, headers: ["Range": "bytes=1-"], expected: true),
    MatchCase(match: RuleMatch(range: false), uri: blob, headers: ["Range": "bytes=1-"], expected: false),
    MatchCase(match: RuleMatch(), uri: blob, isAuthenticated: false, expected: false),
    MatchCase(match: RuleMatch(authentication: .refused), uri: blob, isAuthenticated: false, expected: true),
    MatchCase(match: RuleMatch(authentication: .refused), uri: blob, expected: false),
    MatchCase(match: RuleMatch(authentication: .any), uri: blob, isAuthenticated: false, expected: true),
  ])
  func matches(_ each: MatchCase) {
    let request = request(each.method, each.uri, each.headers)
    #expect(each.match.matches(request, isAuthenticated: each.isAuthenticated) == each.expected)
  }

  struct Sequence: Sendable, CustomTestStringConvertible {
    var story: String
    var rules: [Rule]
    /// The ids applied to each of the requests.
    var expected: [[Int]]

    var testDescription: String { story }
  }

  private static func rule(_ times: Int? = nil, skip: Int = 0, _ set: (inout Action) -> Void) -> Rule {
    Rule(RuleMatch(.blobGet), times: times, skip: skip, action: Action(set))
  }

  @Test(arguments: [
    Sequence(story: "no rules", rules: [], expected: [[], []]),
    Sequence(story: "for ever", rules: [rule { $0.status = 500 }], expected: [[1], [1], [1]]),
    Sequence(story: "twice", rules: [rule(2) { $0.status = 500 }], expected: [[1], [1], []]),
    Sequence(story: "the third", rules: [rule(1, skip: 2) { $0.status = 500 }], expected: [[], [], [1], []]),
    Sequence(
      story: "two about the answer: one after the other",
      rules: [rule(1) { $0.status = 500 }, rule(1) { $0.body = "{" }],
      expected: [[1], [2], []]
    ),
    Sequence(
      story: "redirect and throttle: together",
      rules: [rule { $0.redirect = .init(to: "storage") }, rule(1) { $0.throttle = 9 }],
      expected: [[1, 2], [1]]
    ),
    Sequence(
      story: "a rule that is half in the way waits, whole",
      rules: [
        rule(1) { $0.throttle = 1 },
        rule(1) {
          $0.status = 500; $0.throttle = 2
        },
      ],
      expected: [[1], [2], []]
    ),
    Sequence(
      story: "what is skipped is counted also while an earlier rule is in the way",
      rules: [rule(1) { $0.status = 500 }, rule(1, skip: 1) { $0.status = 429 }],
      expected: [[1], [2], []]
    ),
  ])
  func applies(_ sequence: Sequence) {
    var script = Script()
    for rule in sequence.rules { _ = script.append(rule) }
    let applied = sequence.expected.map { _ in script.decide(request("GET", Self.blob), isAuthenticated: true).rules }
    #expect(applied == sequence.expected)
  }

  @Test func aRuleMayBePutFirst() {
    var script = Script()
    _ = script.append(Self.rule { $0.status = 500 })
    _ = script.append(Self.rule(1) { $0.status = 404 }, first: true)
    let statuses = (0..<2).map { _ in script.decide(request("GET", Self.blob), isAuthenticated: true).action.status }
    #expect(statuses == [404, 500])
  }

  @Test func everyKeyOfAnActionBelongsToAnAspectAndSurvivesMerging() throws {
    for key in Action.CodingKeys.allCases {
      let action = try #require(ActionSamples.samples[key], "no sample for \(key)")
      #expect(action.aspects.count == 1, "\(key)")
      var merged = Action()
      merged.add(action)
      #expect(merged == action, "\(key)")
    }
  }
}

/// One action for each key.
enum ActionSamples {
  static let samples: [Action.CodingKeys: Action] = [
    .hold: Action { $0.hold = "g" },
    .delay: Action { $0.delay = 1 },
    .bodyHold: Action { $0.bodyHold = "g" },
    .bodyDelay: Action { $0.bodyDelay = 1 },
    .status: Action { $0.status = 500 },
    .body: Action { $0.body = "x" },
    .endless: Action { $0.endless = .init(prefix: "{", fill: "b", contentType: "text/plain") },
    .redirect: Action { $0.redirect = .init(to: "self", status: 302, uses: 1, lifetime: 5, relative: true) },
    .serve: Action { $0.serve = "sha256:00" },
    .accept: Action { $0.accept = .strict },
    .ignoreRange: Action { $0.ignoreRange = true },
    .shiftRange: Action { $0.shiftRange = 2 },
    .headers: Action { $0.headers = ["X-A": "b", "ETag": nil] },
    .giantHeader: Action { $0.giantHeader = 5 },
    .extraHeaders: Action { $0.extraHeaders = 5 },
    .informational: Action { $0.informational = 5 },
    .statusLine: Action { $0.statusLine = "HTTP/1.1 abc" },
    .framing: Action { $0.framing = .close },
    .lengthError: Action { $0.lengthError = -1 },
    .gzip: Action { $0.gzip = true },
    .flipByte: Action { $0.flipByte = -1 },
    .extraBytes: Action { $0.extraBytes = 3 },
    .throttle: Action { $0.throttle = 5 },
    .stall: Action { $0.stall = .init(after: 1, milliseconds: 2, until: "g") },
    .cut: Action { $0.cut = .init(after: 1, how: .truncate) },
    .close: Action { $0.close = true },
  ]
}
