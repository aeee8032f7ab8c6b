import Testing
@testable import PullThrough
@Test func skeleton() { #expect(Bool(true)) }
