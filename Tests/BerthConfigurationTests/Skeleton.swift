import Testing
@testable import BerthConfiguration
@Test func skeleton() { #expect(Bool(true)) }
