import OCI
import Testing

@testable import Upstream

@Suite("Lists of tags, as they arrive")
struct TagListScannerTests {
  /// The names in `text`, which comes in pieces of `size` bytes.
  private func names(_ text: String, size: Int, limits: Limits = Limits()) throws(UpstreamFailure) -> [String] {
    var scanner = TagListScanner(limits: limits)
    let bytes = Array(text.utf8)
    var names: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      names += try scanner.take(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    try scanner.finish()
    return names
  }

  @Test(
    "Names are found wherever they stand, in pieces of any size",
    arguments: [
      (#"{"name":"a","tags":["v1","v2"]}"#, ["v1", "v2"]), (#" { "tags" : [ "v1" ] } "#, ["v1"]), (#"{"tags":[]}"#, []),
      (#"{"tags":null,"name":"a"}"#, []), (#"{"name":"a"}"#, []),
      (#"{"child":[],"manifest":{"sha256:x":{"tag":["no"],"tags":["no"]}},"tags":["v1"]}"#, ["v1"]),
      (#"{"t\u0061gs":["\u0076\/1"]}"#, ["v/1"]),
      (#"{"tags":["a",7,null,true,["no"],{"tags":["no"]},"b"]}"#, ["a", "b"]),
      (#"{"x":"\"]}\\","tags":["a"],"y":[-1.5e+3,"tags"]}"#, ["a"]),
      (#"{"tags":["\n"]}"#, [" "]), ("{\"tags\":[\"é\"]}", ["é"]),
    ],
    [1, 2, 7, 1_000]
  )
  func found(list: (String, [String]), size: Int) throws {
    #expect(try names(list.0, size: size) == list.1)
  }

  @Test(
    "What is no list of tags",
    arguments: [
      "", "[]", #""tags""#, "<html>", "null", "7", #"{"tags":["a""#, #"{"tags":["a"]"#, #"{"tags":["a"]}}"#,
      #"{"tags":["a"]}x"#,
      #"{"tags":"a"}"#, #"{"tags":{}}"#, #"{"tags":7}"#, #"{"tags":["a"],"tags":["b"]}"#, #"{"tags":["a",]}"#,
      #"{"tags":["a" "b"]}"#, #"{"tags":["\x"]}"#, #"{"tags":["\u00g0"]}"#, #"{"tags" ["a"]}"#, #"{,"tags":[]}"#,
      #"{"tags":[nul]}"#, #"{"tags":[]]}"#, "{}", #"{"message":"log in"}"#, "\u{FEFF}{}",
    ],
    [1, 1_000]
  )
  func refused(text: String, size: Int) {
    #expect(throws: UpstreamFailure.self) { try names(text, size: size) }
  }

  @Test("Depth is bounded, and a name is kept only as far as it could be a tag")
  func bounded() throws {
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(throws: UpstreamFailure.self) { try names(#"{"x":\#(deep),"tags":[]}"#, size: 10) }
    let long = String(repeating: "x", count: 10_000)
    #expect(try names(#"{"\#(long)":"\#(long)","tags":["\#(long)"]}"#, size: 33).map(\.utf8.count) == [129])
  }
}
