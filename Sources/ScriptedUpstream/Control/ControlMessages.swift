import Foundation
import NIOCore
import NIOHTTP1

/// A request to the control interface.
struct ControlRequest: Sendable {
  let method: String
  /// The path's parts: `/rules/3` is `["rules", "3"]`.
  let path: [String]
  let query: FormFields
  let contentType: String?
  let body: ByteBuffer

  init(head: HTTPRequestHead, body: ByteBuffer) {
    method = head.method.rawValue
    let parts = head.uri.split(separator: "?", maxSplits: 1)
    path = (parts.first ?? "").split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
    query = FormFields(parts.count == 2 ? String(parts[1]) : "")
    contentType = head.headers.first(name: "Content-Type")
    self.body = body
  }

  /// The body, read as JSON; an empty body reads as an empty object.
  func decode<T: Decodable>(_ type: T.Type = T.self) throws(ScriptedUpstreamError) -> T {
    do {
      let text = body.readableBytes == 0 ? Data("{}".utf8) : Data(body.readableBytesView)
      return try JSONDecoder().decode(type, from: text)
    } catch DecodingError.dataCorrupted(let context) {
      throw .invalid(context.debugDescription)
    } catch {
      throw .invalid("\(error)")
    }
  }

  /// A query parameter read as one of a type's values; nil where it is absent.
  func parameter<T: LosslessStringConvertible>(_ name: String, as type: T.Type) throws(ScriptedUpstreamError) -> T? {
    guard let text = query.first(name) else { return nil }
    guard let value = T(text) else { throw .invalid("\(name)=\(text) is no \(T.self)") }
    return value
  }

  func parameter<T: RawRepresentable<String>>(_ name: String, as type: T.Type) throws(ScriptedUpstreamError) -> [T] {
    var values: [T] = []
    for text in query.values(name).flatMap({ $0.split(separator: ",") }) {
      guard let value = T(rawValue: String(text)) else { throw .invalid("\(name)=\(text) is no \(T.self)") }
      values.append(value)
    }
    return values
  }
}

/// An answer of the control interface.
struct ControlResponse: Sendable {
  let status: Int
  let body: ByteBuffer

  init(_ status: Int = 200, _ value: some Encodable) {
    self.status = status
    body = WireJSON.encode(value)
  }

  /// Done, and nothing to say of it.
  static let done = ControlResponse(200, [String: String]())
}
