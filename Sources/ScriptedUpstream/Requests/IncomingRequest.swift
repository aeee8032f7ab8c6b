import Foundation
import NIOCore
import NIOHTTP1

/// A request as it came over the wire.
struct IncomingRequest: Sendable {
  var origin: Origin
  var method: String
  /// The target's path, undecoded.
  var path: String
  /// The target's query, undecoded and without the question mark; empty where there is none.
  var query: String
  var headers: HTTPHeaders
  var body: ByteBuffer
  /// The connection's number, counted from 1 over all origins.
  var connection: Int
  var isKeepAlive: Bool
  var route: Route

  init(origin: Origin, head: HTTPRequestHead, body: ByteBuffer = ByteBuffer(), connection: Int = 1) {
    self.origin = origin
    method = head.method.rawValue
    let target = head.uri
    if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
      path = String(target[..<mark])
      query = String(target[target.utf8.index(after: mark)...])
    } else {
      path = target
      query = ""
    }
    headers = head.headers
    self.body = body
    self.connection = connection
    isKeepAlive = head.isKeepAlive
    route = Route(origin: origin, method: method, path: path)
  }

  var isHead: Bool { method == "HEAD" }

  /// Path and query as they came.
  var target: String { query.isEmpty ? path : "\(path)?\(query)" }

  /// The decoded values of a query parameter, in order.
  func queryValues(_ name: String) -> [String] { FormFields(query).values(name) }
}

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
