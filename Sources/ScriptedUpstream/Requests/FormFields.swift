import Foundation

/// Fields of a query or of an `application/x-www-form-urlencoded` body.
struct FormFields {
  private let fields: [(name: String, value: String)]

  init(_ text: String) {
    fields = text.split(separator: "&").map { field in
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (Self.decode(parts[0]), parts.count == 2 ? Self.decode(parts[1]) : "")
    }
  }

  func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

  func first(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  private static func decode(_ text: Substring) -> String {
    let spaced = text.replacing("+", with: " ")
    return spaced.removingPercentEncoding ?? String(spaced)
  }
}
