import HTTPServer
import OCI

/// The parameters of a request target that mean something to Berth; others are as if they were not there.
struct RequestQuery: Equatable {
  private static let names: Set = ["ns", "n", "last", "artifactType"]

  private var parameters: [String: String] = [:]

  /// - Throws: when a parameter is given twice with different values, or its value does not decode: two readers could
  ///   take it for different things.
  init(_ text: Substring.UTF8View) throws(RegistryTarget.Failure) {
    for pair in text.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentCoding.decode(parts[0]), Self.names.contains(name) else { continue }
      guard let value = parts.count > 1 ? PercentCoding.decode(parts[1]) : "" else {
        throw .invalid(.unsupported, "the value of the parameter \(name) is not valid percent-encoded text")
      }
      if let known = parameters[name], known != value {
        throw .invalid(.unsupported, "a parameter is given twice, with different values")
      }
      parameters[name] = value
    }
  }

  subscript(name: String) -> String? { parameters[name] }
}
