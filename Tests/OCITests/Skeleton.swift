import Testing
@testable import OCI
@Test func skeleton() { #expect(Bool(true)) }
