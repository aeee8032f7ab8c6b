import OCI

/// The parameters of a request target. One that does not decode is as if it were not there.
struct RequestQuery: Equatable {
  private var parameters: [String: String] = [:]

  /// - Throws: when a parameter is given twice with different values: two readers could take it for different things.
  init(_ text: Substring.UTF8View) throws(RegistryTarget.Failure) {
    for pair in text.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentCoding.decode(parts[0]) else { continue }
      let value = parts.count > 1 ? PercentCoding.decode(parts[1]) : ""
      if let known = parameters[name], known != value {
        throw .invalid(.unsupported, "a parameter is given twice, with different values")
      }
      parameters[name] = value
    }
  }

  subscript(name: String) -> String? { parameters[name] }
}
