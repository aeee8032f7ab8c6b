import Testing
@testable import Store
@Test func skeleton() { #expect(Bool(true)) }
