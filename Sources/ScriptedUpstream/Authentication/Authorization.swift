import Foundation
import NIOHTTP1

/// What an `Authorization` header shows.
enum Authorization: Equatable {
  case none
  case basic(user: String, password: String)
  case bearer(String)
  case unreadable

  init(_ headers: HTTPHeaders) {
    guard let field = headers.first(name: "Authorization") else {
      self = .none
      return
    }
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else {
      self = .unreadable
      return
    }
    switch parts[0].lowercased() {
    case "bearer": self = .bearer(String(parts[1]))
    case "basic":
      guard let data = Data(base64Encoded: String(parts[1])), let colon = data.firstIndex(of: UInt8(ascii: ":")) else {
        self = .unreadable
        return
      }
      self = .basic(
        user: String(decoding: data[..<colon], as: UTF8.self),
        password: String(decoding: data[data.index(after: colon)...], as: UTF8.self)
      )
    default: self = .unreadable
    }
  }
}
