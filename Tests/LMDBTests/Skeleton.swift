import Testing
@testable import LMDB
@Test func skeleton() { #expect(Bool(true)) }
