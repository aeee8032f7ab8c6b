/// Reads the JSON documents that Berth acts upon, so that they have one meaning for every reader.
///
/// RFC 8259 leaves open what two members of one name mean, and readers differ: Swift's `JSONDecoder` takes the first,
/// Go the last. Refused here: a name that comes twice, anything behind the document, broken UTF-8, lone surrogates,
/// `NaN` and `Infinity`, a byte order mark, and whatever exceeds the limits of depth, count and length. The time is
/// linear in the length.
public enum StrictJSON {
  /// Reads one document.
  ///
  /// - Parameters:
  ///   - bytes: the document and nothing else.
  ///   - maxBytes: longest document, in bytes; each kind of document has its own limit.
  ///   - limits: `maxJSONDepth`, `maxJSONNameBytes` and `maxJSONValues` are looked at.
  /// - Throws: `OCIError.documentTooLarge`, `OCIError.invalidJSON`.
  public static func parse(
    _ bytes: UnsafeRawBufferPointer,
    maxBytes: Int,
    limits: Limits
  ) throws(OCIError) -> JSONValue {
    guard bytes.count <= maxBytes else { throw .documentTooLarge(size: bytes.count, limit: maxBytes) }
    var parser = JSONParser(bytes, limits: limits)
    return try parser.document()
  }

  /// Reads one document that lies in an array.
  ///
  /// - Throws: as above.
  public static func parse(_ bytes: [UInt8], maxBytes: Int, limits: Limits) throws(OCIError) -> JSONValue {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(OCIError) in try parse(buffer, maxBytes: maxBytes, limits: limits) }
    }
    return try result.get()
  }
}
