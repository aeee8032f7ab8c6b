import OCI
import Testing

@Suite struct LinkHeaderTests {
  static let fields: [([String], String?)] = [
    ([#"</v2/a/tags/list?n=10&last=b>; rel="next""#], "/v2/a/tags/list?n=10&last=b"),
    (["</v2/a?last=b>; rel=next"], "/v2/a?last=b"),
    ([#"<https://r.example/v2/a?last=b,c;d>;title="x, y; rel=prev";REL="Next""#], "https://r.example/v2/a?last=b,c;d"),
    ([#"</first>; rel="first", </n>; rel="prev next""#], "/n"),
    ([#"</first>; rel="first""#, #"</n>; rel="next""#], "/n"),
    ([#", garbage "a,b", </n> ; x ; rel = next"#], "/n"),
    (["< /n >;rel=next"], "/n"),
    (["<>; rel=next"], ""),
    ([#"</a>; rel="prev"; rel="next""#], nil),
    (["</a>"], nil), (["</a>; rel=nextest"], nil), (["</a; rel=next"], nil), (["/a; rel=next"], nil), ([""], nil),
    ([], nil),
    (["<"], nil), (["<>;;;;"], nil), ([",,,,"], nil), (["</a>; rel=\"next"], "/a"),
  ]

  @Test(arguments: fields)
  func findsTheNextPage(_ fields: [String], _ expected: String?) {
    #expect(LinkHeader.next(in: fields) == expected)
  }

  @Test func rendersWhatItReads() {
    let field = LinkHeader.render(next: "/v2/a/tags/list?n=2&last=b")
    #expect(field == #"</v2/a/tags/list?n=2&last=b>; rel="next""#)
    #expect(LinkHeader.next(in: [field]) == "/v2/a/tags/list?n=2&last=b")
  }
}
