import Testing
import Upstream

@testable import BerthConfiguration

/// What a file may not contain, where the complaint points, and what it says.
@Suite struct StrictYAMLTests {
  @Test(arguments: [
    "", "\n\n", "# nothing but a comment\n", "---\n", "--- ~\n", "---\n...\n", "\u{FEFF}", "store:\nlog:\nupstreams:\n",
    "{}",
  ])
  func emptyIsTheDefault(_ text: String) throws {
    #expect(try read(text) == .default)
  }

  @Test func crlfAndUTF8AreFine() throws {
    let text = "# naïve ☃\r\nstore:\r\n  path: /srv/größe\r\n  capacity: 1GiB\r\n"
    #expect(try read(text).store.path == "/srv/größe")
  }

  @Test func toldAllAtOnceInTheOrderOfTheFile() {
    let text = """
      listen: 5000
      stroe: {path: /x}
      store:
        path: [a]
        capacity: 12 parsecs
        capcity: 1GiB
      log: {level: loud, format: jsno}
      defaultUpstream: docker.oi
      upstreams:
        quay.io:
          tagFreshness: 10
          aliases: quay
        "bad name": {}
      """
    #expect(
      problems(text) == [
        "1:9: listen: '5000' names no host: write 127.0.0.1:5000 for this machine, 0.0.0.0:5000 for all",
        "2:1: stroe: unknown key; did you mean 'store'?",
        "4:9: store.path: expected a directory such as /var/lib/berth, found a list",
        "5:13: store.capacity: '12 parsecs' has the unknown unit 'parsecs': use B, kB, MB, GB, TB, KiB, MiB, GiB or TiB",
        "6:3: store.capcity: unknown key; did you mean 'capacity'?",
        "7:14: log.level: expected one of trace, debug, info, notice, warning, error, critical, found 'loud'",
        "7:28: log.format: expected one of text, json, found 'jsno'; did you mean 'json'?",
        "8:18: defaultUpstream: docker.oi is no upstream that is known; did you mean docker.io?",
        "11:19: upstreams.quay.io.tagFreshness: '10' lacks a unit: write 10s, 10m or 10h",
        "12:14: upstreams.quay.io.aliases: expected a list of registry names ([…], or one to a line with '- '), found 'quay'",
        "13:3: upstreams.bad name: expected a registry name such as quay.io or registry.example:5000, found 'bad name'",
      ]
    )
  }

  @Test func duplicateKeysAreToldOneByOne() {
    let text = """
      store: {path: /a, "path": /b, 'path': /c}
      log:
        level: info
        level: debug
      store: {}
      upstreams:
        quay.io: {}
        quay.io: {}
        Quay.IO: {}
      """
    #expect(
      problems(text) == [
        "1:19: store.path: stands here a second time; the first is in line 1",
        "1:31: store.path: stands here a second time; the first is in line 1",
        "4:3: log.level: stands here a second time; the first is in line 3",
        "5:1: store: stands here a second time; the first is in line 1",
        "8:3: upstreams.quay.io: stands here a second time; the first is in line 7",
        "9:3: upstreams.Quay.IO: quay.io stands here a second time: letter case makes no difference in a registry's name",
      ]
    )
  }

  @Test func duplicatesThatAreNoWordsAreToldAsYAMLFindsThem() {
    #expect(problems("? [a]\n: 1\n? [a]\n: 2\n").count == 1)
    #expect(problems("? &x a\n: 1\n? *x\n: 2\n").isEmpty == false)
    #expect(problems("\"\\x61\": 1\n\"\\x61\": 2\n").count == 1)
  }

  @Test func endlessDuplicatesEnd() {
    let text = (0..<400).map { "key\($0): 1\nkey\($0): 2\n" }.joined()
    #expect(problems(text).isEmpty == false)
  }

  @Test(arguments: [
    ("store: &s {path: /a}", "1:8: store: anchors and aliases (&s) are not taken: write it out"),
    ("store: &s {}\nlog: *s", "1:8: store: anchors and aliases (&s) are not taken: write it out"),
    ("store:\n  <<: {path: /a}", "2:3: store.<<: merge keys are not taken: write the keys out"),
    ("store: !!binary aGk=", "1:8: store: tags ('tag:yaml.org,2002:binary') are not taken"),
    ("store: {path: !env HOME}", "1:15: store.path: tags ('!env') are not taken"),
    ("log: {}\n---\nlog: {}\n", "2:1: a second document begins here; a file holds one"),
    ("store:\n\tpath: /a\n", "2:1: a tab indents this line; YAML is indented with spaces"),
    ("- listen\n", "1:1: expected the keys \(RootKey.listed), found a list"),
    ("listen\n", "1:1: expected the keys \(RootKey.listed), found 'listen'"),
    ("? [a, b]\n: 1\n", "1:3: a key must be a word"),
  ])
  func refuses(_ text: String, _ complaint: String) {
    #expect(problems(text).first == complaint)
  }

  @Test(arguments: [
    "store: {path: /a", "store: \"/a", "a: b: c", "@", "store: *nowhere", "%YAML 3.0\n---\n", "a\u{7}b: 1",
  ])
  func textThatIsNoYAMLHasAPlace(_ text: String) {
    let found = problems(text)
    #expect(found.count == 1)
    #expect(found.first?.first?.isNumber == true, "\(found)")
  }

  @Test func nestedAliasesCostNothing() {
    let levels = (1...40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    let complaint = "anchors and aliases (*name) are not taken: write it out"
    #expect(problems("a0: &a0 [x]\n" + levels) == ["10:10: \(complaint)"])
    #expect(problems("a0: &a0 [x]\n" + levels + "? *a40\n: 1\n") == ["10:10: \(complaint)"])
    #expect(problems("? {*a,*b,*c,*d,*e,*f,*g,*h,*i,*j,*k,*l,*m,*n,*o,*p,*q}") == ["1:52: \(complaint)"])
  }

  @Test func whatOnlyLooksLikeAliasesIsFine() throws {
    let patterns = (0..<40).map { "\"*base\($0)\", \"acme/*\($0)\"" }.joined(separator: ", ")
    let text = """
      # *a *b *c *d *e *f *g *h *i *j *k *l *m *n *o *p *q *r
      upstreams: {quay.io: {credentials: [{dockerConfig: /d, repositories: [\(patterns)]}]}} # *a
      """
    #expect(try read(text).upstreams.contains { $0.credentials.first?.repositories.count == 80 })
  }

  @Test(arguments: ["[", "{a: ", "- ", "? "])
  func deepNestingIsRefused(_ opening: String) {
    #expect(problems("store: " + String(repeating: opening, count: 50_000)).isEmpty == false)
  }

  @Test(arguments: ["yes", "on", "True", "1", "\"true\"", "[true]", "~"])
  func booleansAreTrueOrFalse(_ text: String) {
    let found = problems("upstreams: {a.example: {allowPrivateAddresses: \(text)}}")
    #expect(found.count == 1)
    #expect(found.first?.contains("expected true or false") == true)
  }

  @Test(arguments: ["0", "-1", "1025", "1.5", "\"8\"", "0x8", "8k", "~", "99999999999999999999"])
  func countsAreWholeNumbersInTheirRange(_ text: String) {
    let found = problems("downloads: {maxConcurrent: \(text)}")
    #expect(found.count == 1)
    #expect(found.first?.contains("expected a whole number from 1 to 1024") == true)
  }

  @Test func controlCharactersAndSecretsAreNotEchoed() {
    let found = problems("listen: \"a\\x1b[31m\\u202eb\"\nlog: {level: \"\(String(repeating: "x", count: 500))\"}")
    #expect(found.first == #"1:9: listen: expected HOST:PORT, [IPv6]:PORT or unix:/path, found 'a\u{1b}[31m\u{202e}b'"#)
    #expect(found.last.map { $0.utf8.count < 250 } == true)
  }

  @Test(arguments: [
    ("capcity", "capacity"), ("Capacity", "capacity"), ("paht", "path"), ("tag_freshness", nil), ("x", nil), ("", nil),
  ])
  func guessesWhatWasMeant(_ written: String, _ meant: String?) {
    #expect(NearestName.of(written, among: ["path", "capacity"]) == meant)
  }
}
