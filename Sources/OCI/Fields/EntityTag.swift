/// Entity tags: Berth's are strong and are the digest in quotes (RFC 9110 §8.8.3).
public enum EntityTag {
  /// The `ETag` of content.
  public static func render(_ digest: Digest) -> String { "\"\(digest.description)\"" }

  /// Whether `If-None-Match` names the content, so that 304 is the answer (RFC 9110 §13.1.2; weak comparison).
  ///
  /// Takes `*`, lists over several fields, `W/` before a tag, and bare digests, which clients send.
  public static func ifNoneMatch(_ fieldValues: [String], names digest: Digest) -> Bool {
    guard !fieldValues.isEmpty else { return false }
    let text = digest.description
    return fieldValues.lazy.flatMap { $0.split(separator: ",") }.contains { element in
      let tag = element.trimmingFieldWhitespace
      return tag == "*" || opaque(tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == text
    }
  }

  /// Whether a `Range` may be honoured (RFC 9110 §13.1.5): there is no `If-Range`, or it names the content.
  ///
  /// A strong comparison: a weak tag never matches. Neither does a date, because content carries none.
  public static func ifRange(_ fieldValue: String?, names digest: Digest) -> Bool {
    guard let fieldValue else { return true }
    return opaque(fieldValue.trimmingFieldWhitespace) == digest.description
  }

  /// What stands between the quotes, or all of it if there are none.
  private static func opaque(_ tag: Substring) -> Substring {
    tag.utf8.count >= 2 && tag.hasPrefix("\"") && tag.hasSuffix("\"") ? tag.dropFirst().dropLast() : tag
  }
}
