import OCI
import Testing

@Suite struct StrictJSONTests {
  static let documents: [(String, JSONValue)] = [
    ("null", .null), ("true", .bool(true)), (" false\r\n\t", .bool(false)), ("{}", .object(JSONObject())), ("[ ]", []),
    ("0", 0), ("-0", .number("-0")), ("-12.50e+3", .number("-12.50e+3")), ("1E9", .number("1E9")),
    (#""""#, ""), (#""a/b""#, "a/b"), (#""é😀""#, "é😀"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u0041\u00e9\u20AC\ud83d\uDE00\u0000""#, "A\u{E9}\u{20AC}\u{1F600}\0"), (#""\u007f\uFFFF""#, "\u{7F}\u{FFFF}"),
    ("\"\u{7F}\u{85}\"", "\u{7F}\u{85}"),
    (#"{"b":1,"a":[{"c":null}]}"#, ["b": 1, "a": [["c": .null]]]),
    (" { \"a\" : [ 1 , 2 ] } ", ["a": [1, 2]]), (#"{"":0}"#, ["": 0]), (#"{"a":1,"A":2}"#, ["a": 1, "A": 2]),
  ]

  @Test(arguments: documents)
  func reads(_ text: String, _ expected: JSONValue) throws {
    #expect(try parseJSON(text) == expected)
  }

  static let broken: [(String, String)] = [
    // Nothing, something broken off, something behind.
    ("", "unexpected end"), (" \n", "unexpected end"), ("{", "expected a string"), ("[", "unexpected end"),
    ("[1", "expected a comma"), (#"{"a""#, "expected a colon"), (#"{"a":"#, "unexpected end"),
    (#""a"#, "unexpected end"),
    (#""\"#, "unexpected end"), (#""\u00"#, "four hex"), ("tru", "literal"), ("-", "not a value"),
    ("1e", "not a value"),
    ("{} {}", "data behind"), ("{}x", "data behind"), ("1 2", "data behind"), ("{}\0", "data behind"),
    ("01", "data behind"),
    ("{}\u{FEFF}", "data behind"),
    // Other dialects.
    ("\u{FEFF}{}", "not a value"), ("{a:1}", "expected a string"), ("{'a':1}", "expected a string"),
    ("'a'", "not a value"),
    ("[1,]", "not a value"), (#"{"a":1,}"#, "expected a string"), ("[,1]", "not a value"),
    ("[1 2]", "expected a comma"),
    ("// x\n{}", "not a value"), ("{} // x", "data behind"), ("/* */1", "not a value"), ("NaN", "not a value"),
    ("Infinity", "not a value"), ("-Infinity", "not a value"), ("nan", "literal"), ("True", "not a value"),
    ("nulL", "literal"), ("+1", "not a value"), (".5", "not a value"), ("5.", "not a value"), ("1.e5", "not a value"),
    ("0x10", "data behind"), ("1_000", "data behind"), ("\u{A0}1", "not a value"), ("\u{C}1", "not a value"),
    ("[1}", "expected a comma"), (#"{"a":1]"#, "expected a comma"), ("]", "not a value"), (":", "not a value"),
    // Strings.
    ("\"a\nb\"", "control character"), ("\"a\0\"", "control character"), ("\"a\tb\"", "control character"),
    (#""\x41""#, "unknown escape"), (#""\'""#, "unknown escape"), (#""\u{41}""#, "four hex"),
    (#""\u004g""#, "four hex"),
    (#""\U0041""#, "unknown escape"), (#""\ud800""#, "lone surrogate"), (#""\udc00""#, "lone surrogate"),
    (#""\ud800x""#, "lone surrogate"), (#""\ud800\u0041""#, "lone surrogate"), (#""\ud800\ud800""#, "lone surrogate"),
    (#""\udc00\ud800""#, "lone surrogate"), (#""\uDBFF\n""#, "lone surrogate"),
    // Readers differ on which of two they take.
    (#"{"layers":[],"layers":[]}"#, "duplicate name"), (#"{"a":1,"b":2,"a":1}"#, "duplicate name"),
    (#"{"a":1,"\u0061":2}"#, "duplicate name"), (#"[{"x":{"a":1,"a":2}}]"#, "duplicate name"),
    ("{\"\u{E9}\":1,\"e\u{301}\":2}", "duplicate name"),
    (#"{"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"1":0}"#, "duplicate name"),
    (#"{"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":0,"9":0}"#, "duplicate name"),
  ]

  @Test(arguments: broken)
  func refuses(_ text: String, _ reason: String) {
    guard
      case .invalidJSON(let stated, let offset)? = #expect(throws: OCIError.self, performing: { try parseJSON(text) })
    else {
      Issue.record("another error")
      return
    }
    #expect(stated.contains(reason))
    #expect((0...text.utf8.count).contains(offset))
  }

  static let brokenUTF8: [[UInt8]] = [
    [0x80], [0xFF], [0xC0, 0xAF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    [0xF8, 0x88, 0x80, 0x80, 0x80], [0xE0, 0x80, 0xAF], [0x5C, 0x6E, 0xFF],
  ]

  @Test(arguments: brokenUTF8)
  func refusesBrokenUTF8(_ content: [UInt8]) {
    for document in [[0x22] + content + [0x22], [0x7B, 0x22] + content + [0x22, 0x3A, 0x30, 0x7D], content] {
      #expect(throws: OCIError.self) { try StrictJSON.parse(document, maxBytes: 100, limits: Limits()) }
    }
  }

  @Test(arguments: [
    ("0", 0 as Int64?), ("-1", -1), ("9223372036854775807", .max), ("-9223372036854775808", .min),
    ("9223372036854775808", nil),
    ("1.0", nil), ("1e3", nil), ("\"1\"", nil), ("null", nil),
  ])
  func wholeNumbers(_ text: String, _ expected: Int64?) throws {
    #expect(try parseJSON(text).int64 == expected)
  }

  @Test func looksMembersUpByBytes() throws {
    let object = try #require(try parseJSON("{\"a\":1,\"\u{212A}\":2}").object)
    #expect(object["a"] == 1)
    #expect(object["K"] == nil)
    #expect(object["\u{212A}"] == 2)
  }
}

// The limit has room for sanitizers on a busy machine.
@Suite(.timeLimit(.minutes(5))) struct StrictJSONLimitTests {
  @Test func depth() throws {
    let limits = Limits()
    let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(throws: Never.self) { try parseJSON(nested(limits.maxJSONDepth)) }
    #expect(throws: OCIError.invalidJSON(reason: "nested too deeply", offset: limits.maxJSONDepth)) {
      try parseJSON(nested(limits.maxJSONDepth + 1))
    }
    #expect(throws: OCIError.self) { try parseJSON(nested(100_000)) }
    #expect(throws: OCIError.self) { try parseJSON(String(repeating: #"{"a":"#, count: 100_000)) }
    #expect(throws: OCIError.self) { try parseJSON(String(repeating: #"[{"a":"#, count: 100_000)) }
  }

  @Test func countsAndLengths() throws {
    var limits = Limits()
    limits.maxJSONValues = 3
    limits.maxJSONNameBytes = 4
    #expect(try parseJSON("[1,2]", limits: limits) == [1, 2])
    #expect(throws: OCIError.invalidJSON(reason: "too many values", offset: 5)) {
      try parseJSON("[1,2,3]", limits: limits)
    }
    #expect(try parseJSON(#"{"éé":1}"#, limits: limits) == ["éé": 1])
    #expect(throws: OCIError.self) { try parseJSON(#"{"abcde":1}"#, limits: limits) }
    limits.maxManifestBytes = 4
    #expect(try parseJSON("1234", limits: limits) == 1234)
    #expect(throws: OCIError.documentTooLarge(size: 5, limit: 4)) { try parseJSON("12345", limits: limits) }
  }

  // A time that grew with the square of the length would take hours here.
  @Test func bigDocumentsTakeLinearTime() throws {
    var limits = Limits()
    limits.maxManifestBytes = 3 << 20
    limits.maxJSONValues = .max
    let names = (0..<200_000).map { #""n\#($0)":0"# }.joined(separator: ",")
    #expect(try parseJSON("{\(names)}", limits: limits).object?.members.count == 200_000)
    #expect(throws: OCIError.self) { try parseJSON("{\(names),\"n199999\":0}", limits: limits) }
    let content = String(repeating: "x", count: 2 << 20)
    #expect(try parseJSON("\"\(content)\"", limits: limits).string == content)
    let escapes = String(repeating: #"\u0041"#, count: 400_000)
    #expect(try parseJSON("\"\(escapes)\"", limits: limits).string?.utf8.count == 400_000)
    let digits = String(repeating: "9", count: 2 << 20)
    #expect(try parseJSON(digits, limits: limits).int64 == nil)
    let spaces = String(repeating: " ", count: 2 << 20)
    #expect(try parseJSON("\(spaces)1\(spaces.prefix(1 << 19))", limits: limits) == 1)
    // Combining marks in the wrong order: where text is normalised, sorting them takes the square of their number.
    let marks = String(repeating: "\u{315}\u{300}\u{323}", count: 80)
    let twisted = (0..<4_000).map { #""\#($0)\#(marks)":0"# }.joined(separator: ",")
    #expect(throws: Never.self) { try parseJSON("{\(twisted)}", limits: limits) }
  }
}
