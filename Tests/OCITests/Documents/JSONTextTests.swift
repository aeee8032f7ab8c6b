import OCI
import SeededRandom
import Testing

@Suite struct JSONTextTests {
  private func text(_ value: JSONValue) -> String { String(decoding: JSONText.render(value), as: UTF8.self) }

  @Test func keepsTheOrderAndAddsNothing() {
    #expect(
      text(["errors": [["code": "DENIED", "message": "no", "detail": .null]], "n": 1, "a": [], "o": [:]])
        == #"{"errors":[{"code":"DENIED","message":"no","detail":null}],"n":1,"a":[],"o":{}}"#
    )
    #expect(text([.bool(true), .bool(false), .number("1e9")]) == "[true,false,1e9]")
  }

  // Whatever is reflected stays within its quotes.
  @Test(arguments: [
    ("\"", #""\"""#), ("\\", #""\\""#), ("\r\n\t", #""\r\n\t""#), ("\0\u{1F}\u{7F}", #""\u0000\u001f\u007f""#),
    ("\"}]}\r\nX: y", #""\"}]}\r\nX: y""#), ("é😀", "\"é😀\""), ("", "\"\""), ("/", "\"/\""),
  ])
  func escapes(_ string: String, _ expected: String) {
    #expect(text(.string(string)) == expected)
    #expect(text(["\(string)": 0]) == "{\(expected):0}")
  }

  @Test func readsBackWhateverItWrites() throws {
    var generator = SeededGenerator.announced()
    for _ in 0..<500 {
      let value = randomValue(depth: 4, &generator)
      #expect(try StrictJSON.parse(JSONText.render(value), maxBytes: .max, limits: Limits()) == value)
    }
  }

  private func randomValue(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2: return .number(String(Int64.random(in: .min ... .max, using: &generator)))
    case 3: return .string(String(decoding: generator.bytes(upTo: 20), as: UTF8.self))
    case 4:
      return .array(
        (0..<Int.random(in: 0..<5, using: &generator)).map { _ in randomValue(depth: depth - 1, &generator) }
      )
    default:
      let members = (0..<Int.random(in: 0..<12, using: &generator)).map { index in
        JSONObject.Member(name: "\(index)\u{1}", value: randomValue(depth: depth - 1, &generator))
      }
      return .object(JSONObject(members))
    }
  }
}
