/// The member names of an object that Berth reads, and a guard against those that merely look like them.
struct KnownNames: Sendable {
  private let exact: Set<String>
  private let folded: Set<String>

  init(_ names: String...) {
    exact = Set(names)
    folded = Set(names.map(\.foldedLikeGo))
  }

  /// Refuses a name that differs from a known one in case alone.
  ///
  /// Go's decoder takes `Layers`, and even `layer\u{17F}`, for `layers`: such a document would mean one thing to Berth
  /// and another to most clients.
  func refuseLookalikes(in object: JSONObject) throws(OCIError) {
    for member in object.members where !exact.contains(member.name) {
      guard !folded.contains(member.name.foldedLikeGo) else {
        throw .invalidManifest("the name “\(PrintableText.excerpt(member.name))” is a known one in other case")
      }
    }
  }
}

extension String {
  /// ASCII in lower case, and the two letters outside ASCII that fold into it: U+017F into `s`, U+212A into `k`.
  fileprivate var foldedLikeGo: String {
    var folded = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "\u{17F}": folded.append("s")
      case "\u{212A}": folded.append("k")
      case "A"..."Z": folded.append(Unicode.Scalar(UInt8(scalar.value) | 0x20))
      default: folded.append(scalar)
      }
    }
    return String(folded)
  }
}
