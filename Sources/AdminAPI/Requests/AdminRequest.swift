import Administration
import HTTPServer
import NIOCore
import NIOHTTP1
import OCI

/// An order: a path of the admin API and its parameters, from the query or a JSON object in the body.
struct AdminRequest: Sendable {
  /// Before every path.
  static let prefix = "/api/v1/"

  struct Failure: Error {
    var reason: String
  }

  /// Behind the API's prefix: `images`.
  let path: String
  /// `GET` or `POST`.
  let method: String
  private var parameters: [String: JSONValue] = [:]

  init(_ request: Request, limits: Limits) throws(Failure) {
    let halves = request.target.split(separator: "?", maxSplits: 1)
    path = String(halves[0].dropFirst(Self.prefix.count))
    method = request.method.rawValue
    for pair in (halves.count > 1 ? halves[1] : "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let name = PercentCoding.decode(parts[0].utf8),
        let value = PercentCoding.decodeText(parts[1]),
        parameters.updateValue(.string(value), forKey: name) == nil
      else { throw Failure(reason: "the query is written name=value&…, each name once, percent-encoded") }
    }
    guard let body = request.body, body.readableBytes > 0 else { return }
    let document: JSONValue
    do throws(OCIError) {
      document = try StrictJSON.parse(Array(body.readableBytesView), maxBytes: limits.maxAdminBodyBytes, limits: limits)
    } catch {
      throw Failure(reason: "the body is a JSON object: \(error)")
    }
    guard let members = document.object?.members else { throw Failure(reason: "the body is a JSON object") }
    for member in members { parameters[member.name] = member.value }
  }

  /// A text that must be there.
  func text(_ name: String) throws(OperationError) -> String {
    guard let text = parameters[name]?.string, !text.isEmpty else { throw .invalid("\(name) is missing") }
    return text
  }

  /// A text that may be left out.
  func optionalText(_ name: String) -> String? { parameters[name]?.string }

  /// A number that may be left out.
  func number(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws(OperationError) -> Int {
    guard let value = parameters[name] else { return standard }
    guard let number = value.int64.map(Int.init) ?? value.string.flatMap({ Int($0) }), range.contains(number) else {
      throw .invalid("\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Whether something is wanted; not, if nothing is said.
  func flag(_ name: String) throws(OperationError) -> Bool {
    switch parameters[name] {
    case nil: return false
    case .bool(let flag)?: return flag
    case .string("true")?: return true
    case .string("false")?: return false
    default: throw .invalid("\(name) is true or false")
    }
  }

  /// A list of texts; empty if there is none.
  func texts(_ name: String) throws(OperationError) -> [String] {
    guard let value = parameters[name] else { return [] }
    guard let elements = value.array else { throw .invalid("\(name) is a list of texts") }
    let texts = elements.compactMap(\.string)
    guard texts.count == elements.count else { throw .invalid("\(name) is a list of texts") }
    return texts
  }
}
