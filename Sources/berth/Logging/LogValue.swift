import Logging
import OCI

/// A value of a log entry as it is written. What the code gives as a number stays a number for machines.
struct LogValue {
  private let value: Logger.Metadata.Value

  init(_ value: Logger.Metadata.Value) { self.value = value }

  /// For people. A duration is in seconds, rounded to what can matter.
  var text: String {
    if case .stringConvertible(let duration as Duration) = value { return "\(Self.seconds(duration))s" }
    return "\(value)"
  }

  /// For machines: a JSON number or truth value, or a string. A duration is in seconds.
  func append(to bytes: inout [UInt8]) {
    switch value {
    case .stringConvertible(let number as any BinaryInteger): bytes += "\(number)".utf8
    case .stringConvertible(let flag as Bool): bytes += "\(flag)".utf8
    case .stringConvertible(let duration as Duration): bytes += Self.seconds(duration).utf8
    case .string, .stringConvertible, .array, .dictionary: JSONText.append("\(value)", to: &bytes)
    }
  }

  /// `18.793`: milliseconds are the finest that matters in a log.
  private static func seconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = abs(attoseconds / 1_000_000_000_000_000)
    let sign = duration < .zero && seconds == 0 ? "-" : ""
    guard milliseconds > 0 else { return "\(seconds)" }
    let digits = "\(milliseconds)"
    return "\(sign)\(seconds)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
