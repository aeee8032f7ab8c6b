import Access
import Testing

@testable import berth

@Suite struct AccessExplanationTests {
  private func policy() throws -> AccessPolicy {
    func rule(_ who: String, _ pattern: String, _ allowed: Actions, from: String? = nil) throws -> Rule {
      Rule(
        who: [try Who(parsing: who)],
        repositories: [try #require(NamePattern(parsing: pattern))],
        allowed: allowed,
        from: try from.map { [try OriginPattern(parsing: $0)] }
      )
    }
    return try AccessPolicy(
      rules: [
        rule("anonymous", "docker.io/**", .pull, from: "10.0.0.0/8"), rule("ann", "**", [.push, .overwrite]),
      ],
      groups: [:]
    )
  }

  @Test func eachActionHasItsRules() throws {
    let ann = Subject.named(try #require(Subject.Name("ann")))
    let origin = ClientOrigin.address(try #require(NetworkAddress(parsing: "10.1.2.3")))
    let text = AccessExplanation(policy: try policy(), subject: ann, repository: "docker.io/library/a", origin: origin)
    #expect(
      text.lines == [
        "pull      yes   rule 1 (anonymous on docker.io/**: pull, from 10.0.0.0/8); rule 2 (ann on **: push, overwrite)",
        "push      yes   rule 2 (ann on **: push, overwrite)", "overwrite yes   rule 2 (ann on **: push, overwrite)",
        "delete    no",
      ]
    )
  }

  @Test func rulesForOtherPlacesAreNamed() throws {
    let text = AccessExplanation(
      policy: try policy(),
      subject: .anonymous,
      repository: "docker.io/library/a",
      origin: .unknown
    )
    #expect(!text.allowsAnything)
    #expect(text.lines.last == "from elsewhere: rule 1 (anonymous on docker.io/**: pull, from 10.0.0.0/8)")
  }
}
