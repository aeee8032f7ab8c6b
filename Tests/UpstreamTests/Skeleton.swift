import Testing
@testable import Upstream
@Test func skeleton() { #expect(Bool(true)) }
