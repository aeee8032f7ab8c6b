import Glibc
import OCI

/// Numbers as people read them. Pure.
enum HumanText {
  /// Bytes in powers of a thousand, as engines show them: `999 B`, `1.2 kB`, `34 MB`.
  static func bytes(_ bytes: Int64) -> String {
    guard bytes >= 1_000 else { return "\(max(0, bytes)) B" }
    var value = Double(bytes)
    var unit = 0
    // 999.95 would be shown as 1000.0.
    while value >= 999.95, unit < units.count {
      value /= 1_000
      unit += 1
    }
    return "\(short(value)) \(units[unit - 1])"
  }

  /// The same, of a length that somebody else has told.
  static func bytes(_ size: RemoteSize) -> String { bytes(size.bytes) }

  private static let units = ["kB", "MB", "GB", "TB", "PB", "EB"]

  /// Three digits at most, one of them behind the point only below 100.
  private static func short(_ value: Double) -> String {
    guard value < 99.95 else { return "\(Int(value.rounded()))" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// A rate: `12.3 MB/s`.
  static func rate(bytesPerSecond: Double) -> String {
    guard bytesPerSecond.isFinite, bytesPerSecond >= 1 else { return "0 B/s" }
    return bytes(Int64(min(bytesPerSecond, 1e18))) + "/s"
  }

  /// How long something takes or took, in its largest unit or two: `45s`, `3m`, `2h10m`, `5d`.
  static func duration(seconds: Int64) -> String {
    let seconds = max(0, seconds)
    switch seconds {
    case ..<60: return "\(seconds)s"
    case ..<3_600: return "\(seconds / 60)m"
    case ..<86_400:
      let minutes = seconds % 3_600 / 60
      return "\(seconds / 3_600)h" + (minutes > 0 ? "\(minutes)m" : "")
    default: return "\(seconds / 86_400)d"
    }
  }

  /// The time of day at an instant, in the machine's time zone: `14:05:09`.
  static func clockTime(_ seconds: Int64) -> String {
    var instant = time_t(seconds)
    var parts = tm()
    localtime_r(&instant, &parts)
    return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { ($0 < 10 ? "0" : "") + "\($0)" }.joined(separator: ":")
  }

  /// How long ago something was: `3m ago`; `never` for nothing.
  static func age(of seconds: Int64?, now: Int64) -> String {
    guard let seconds, seconds > 0 else { return "never" }
    let age = now.saturatingDifference(seconds)
    return age < 1 ? "now" : "\(duration(seconds: age)) ago"
  }

  /// A share: `97 %`; a dash when there is nothing to share.
  static func percent(_ part: Int64, of whole: Int64) -> String {
    guard whole > 0 else { return "–" }
    return "\(Int(min(Double(part) / Double(whole) * 100, 1e15).rounded(.down))) %"
  }

  /// A digest's algorithm and first twelve digits.
  static func digest(_ text: String) -> String {
    guard let colon = text.firstIndex(of: ":") else { return text }
    return String(text[...colon]) + text[text.index(after: colon)...].prefix(12)
  }

  /// A number and what is counted: `1 image`, `2 images`.
  static func count(_ number: Int64, _ singular: String, plural: String? = nil) -> String {
    "\(number) \(number == 1 ? singular : plural ?? "\(singular)s")"
  }
}
