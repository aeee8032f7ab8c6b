import Glibc
import OCI
import Synchronization

/// The `Date` field of answers (RFC 9110 §6.6.1), written once a second however many are sent.
enum DateField {
  private struct Written {
    var second: Int64 = .min
    var text = ""
  }

  private static let written = Mutex(Written())

  /// The field's value now.
  static var now: String { text(at: Int64(time(nil))) }

  /// The field's value at a time in seconds since 1970.
  static func text(at second: Int64) -> String {
    written.withLock { written in
      if written.second != second { written = Written(second: second, text: HTTPDate.format(second)) }
      return written.text
    }
  }
}
