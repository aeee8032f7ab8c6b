/// The `Link` field of a list that has another page (RFC 8288 §3; distribution-spec §Listing Tags).
public enum LinkHeader {
  /// The target of the first link of relation `next`, as it stands: relative or absolute. Nil if there is none.
  ///
  /// Outside input: resolve it against the request and check its origin before following.
  public static func next(in fieldValues: [String]) -> String? {
    for value in fieldValues {
      var scanner = FieldScanner(value)
      while !scanner.isAtEnd {
        if let target = link(&scanner), target.isNext { return target.uri }
        scanner.skipListElement()
        _ = scanner.skip(",")
      }
    }
    return nil
  }

  /// `"<" URI-Reference ">" *( OWS ";" OWS [ link-param ] )`
  private static func link(_ scanner: inout FieldScanner) -> (uri: String, isNext: Bool)? {
    scanner.skipWhitespace()
    guard scanner.skip("<") else { return nil }
    let uri = scanner.take { $0 != UInt8(ascii: ">") }
    guard scanner.skip(">") else { return nil }
    var relation: String?
    scanner.skipWhitespace()
    while scanner.skip(";") {
      scanner.skipWhitespace()
      let name = scanner.token().lowercasedASCII
      scanner.skipWhitespace()
      if scanner.skip("=") {
        scanner.skipWhitespace()
        let value = scanner.quotedString() ?? scanner.token()
        // RFC 8288 §3.3: a second `rel` MUST be ignored.
        if name == "rel" { relation = relation ?? value }
      }
      scanner.skipWhitespace()
    }
    let relations = (relation ?? "").lowercasedASCII.split(separator: " ")
    return (uri.trimmingCharactersOfURI, relations.contains("next"))
  }

  /// The field for a next page at `path`, a path with query that this server has made.
  public static func render(next path: String) -> String { "<\(path)>; rel=\"next\"" }
}

extension String {
  /// Without the whitespace that some servers put between the angle brackets.
  fileprivate var trimmingCharactersOfURI: String { String(trimmingFieldWhitespace) }
}
