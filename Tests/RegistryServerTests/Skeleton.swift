import Testing
@testable import RegistryServer
@Test func skeleton() { #expect(Bool(true)) }
