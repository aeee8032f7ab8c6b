import Glibc
import Logging
import OCI

/// Writes each entry as one line to standard error, for people or for machines.
struct LineLogHandler: LogHandler {
  enum Format {
    /// `2026-01-02T03:04:05Z info message key=value`
    case text
    /// One JSON object.
    case json
  }

  let label: String
  let format: Format
  /// What keeps lines that others can cause without end from filling the disk; of the whole process.
  let limits: LogLimits
  /// The level of the whole process.
  let levelSwitch: LogLevelSwitch
  var metadata: Logger.Metadata = [:]
  /// Adds what is known of the work at hand: the request's id.
  var metadataProvider: Logger.MetadataProvider?

  var logLevel: Logger.Level {
    get { levelSwitch.level }
    set { levelSwitch.level = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    // Whoever asked for `debug` wants all.
    guard let suppressed = logLevel <= .debug ? 0 : limits.admit(event) else { return }
    let provided = metadataProvider?.get() ?? [:]
    var merged = metadata.merging(provided) { _, new in new }.merging(event.metadata ?? [:]) { _, new in new }
    if suppressed > 0 { merged["suppressed"] = "\(suppressed)" }
    let all =
      merged
      .sorted { $0.key < $1.key }
    switch format {
    case .text:
      let pairs = all.map { " \($0.key)=\(Self.quoted(LogValue($0.value).text))" }.joined()
      StandardError.print("\(Self.timestamp()) \(event.level) \(event.message)\(pairs)")
    case .json:
      var bytes: [UInt8] = []
      let fields: [(String, Logger.Metadata.Value)] =
        [("time", "\(Self.timestamp())"), ("level", "\(event.level)"), ("message", "\(event.message)")]
        + all.map { ($0.key, $0.value) }
      for (index, field) in fields.enumerated() {
        bytes.append(UInt8(ascii: index == 0 ? "{" : ","))
        JSONText.append(field.0, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        LogValue(field.1).append(to: &bytes)
      }
      StandardError.print(String(decoding: bytes, as: UTF8.self) + "}")
    }
  }

  /// Quoted when it is not one plain word, so that a line cannot be forged by what came from outside.
  private static func quoted(_ text: String) -> String {
    let isPlain = !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
    if isPlain { return text }
    var bytes: [UInt8] = []
    JSONText.append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func timestamp() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    func padded(_ number: some BinaryInteger, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let date = "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
    let time = "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
    return "\(date)T\(time).\(padded(now.tv_nsec / 1_000_000, 3))Z"
  }
}
