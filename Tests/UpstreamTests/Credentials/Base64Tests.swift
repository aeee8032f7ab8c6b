import Testing

@testable import Upstream

@Suite("Base 64")
struct Base64Tests {
  @Test(
    "The vectors of RFC 4648 §10",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ]
  )
  func vectors(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(text.utf8))
  }

  @Test("All bytes, all lengths")
  func roundTrips() {
    for length in 0..<260 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
  }

  @Test(
    "Missing padding is forgiven; nothing else is",
    arguments: [
      ("Zg", true), ("Zm8", true), ("Z", false),
      ("Zg===", false), ("Z=g=", false), ("Zm9v Zg", false), ("Zm-_", false), ("=", false),
    ]
  )
  func strict(text: String, isValid: Bool) { #expect((Base64.decode(text) != nil) == isValid) }
}
