import Foundation
import Testing

@testable import ScriptedUpstream

/// The JSON form of rules: everything can be said, and nothing that is not understood is taken.
@Suite struct RuleJSONTests {
  private func decode(_ text: String) throws -> Rule { try JSONDecoder().decode(Rule.self, from: Data(text.utf8)) }

  @Test(arguments: Action.CodingKeys.allCases)
  func anActionComesBackAsItWas(_ key: Action.CodingKeys) throws {
    let rule = Rule(RuleMatch(.tagsList), times: 2, skip: 1, action: try #require(ActionSamples.samples[key]))
    #expect(try JSONDecoder().decode(Rule.self, from: JSONEncoder().encode(rule)) == rule)
  }

  @Test func theShortestRuleIsForEverything() throws {
    #expect(try decode(#"{"action": {"status": 503}}"#) == Rule(action: Action { $0.status = 503 }))
  }

  @Test(arguments: [
    (#""blobGet""#, [RequestKind.blobGet]),
    (#"["blobGet", "blobHead"]"#, [.blobGet, .blobHead]),
  ])
  func aKindIsOneOrSeveral(_ json: String, _ kinds: [RequestKind]) throws {
    #expect(try decode(#"{"match": {"kind": \#(json)}, "action": {}}"#).match.kind == kinds)
  }

  @Test(arguments: [("3", 3), (#""forever""#, nil), ("null", nil)])
  func timesIsANumberOrForever(_ json: String, _ times: Int?) throws {
    #expect(try decode(#"{"times": \#(json), "action": {}}"#).times == times)
  }

  @Test func aNullHeaderTakesAFieldAway() throws {
    let action = try decode(#"{"action": {"headers": {"ETag": null, "X-A": "b"}}}"#).action
    #expect(action.headers == ["ETag": nil, "X-A": "b"])
  }

  @Test(arguments: [
    #"{}"#,
    #"{"action": {"stauts": 500}}"#,
    #"{"match": {"repo": "a"}, "action": {}}"#,
    #"{"match": {"kind": "blob"}, "action": {}}"#,
    #"{"match": {"origin": "moon"}, "action": {}}"#,
    #"{"action": {}, "time": 3}"#,
    #"{"action": {"cut": {"after": 5, "how": "explode"}}}"#,
    #"{"times": "twice", "action": {}}"#,
  ])
  func whatIsNotUnderstoodIsRefused(_ json: String) {
    #expect(throws: (any Error).self) { try decode(json) }
  }

  @Test(arguments: [
    #"{"action": {"cut": {"after": 5, "how": "reset", "really": true}}}"#,
    #"{"action": {"stall": {"after": 5, "ms": 3}}}"#,
    #"{"action": {"redirect": {"to": "storage", "ttl": 3}}}"#,
    #"{"action": {"endless": {"with": "a"}}}"#,
  ])
  func neitherAreUnknownKeysFurtherIn(_ json: String) {
    #expect(throws: (any Error).self) { try decode(json) }
  }
}
