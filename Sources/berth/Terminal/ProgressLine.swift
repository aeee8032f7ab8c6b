/// One line that says how far something has come. Pure.
struct ProgressLine {
  var doneBytes: Int64
  /// 0 while it is not known.
  var totalBytes: Int64
  var bytesPerSecond: Double
  /// What is being done, and what has been: shown in front and at the end.
  var counts: String
  var subject: String

  /// The line, no wider than the terminal: bar, share, bytes, speed, counts, subject.
  func text(width: Int) -> String {
    let share = totalBytes > 0 ? min(1, max(0, Double(doneBytes) / Double(totalBytes))) : 0
    let barWidth = max(6, min(24, width / 4))
    let filled = Int(share * Double(barWidth))
    let bar = String(repeating: "#", count: filled) + String(repeating: "·", count: barWidth - filled)
    let numbers = "\(HumanText.bytes(doneBytes)) of \(HumanText.bytes(totalBytes))"
    let front =
      "[\(bar)] \(HumanText.percent(doneBytes, of: totalBytes))  \(numbers)  "
      + "\(HumanText.rate(bytesPerSecond: bytesPerSecond))  \(counts)"
    let room = width - front.count - 3
    guard room >= 8 else { return String(front.prefix(max(0, width - 1))) }
    return "\(front)  \(TextTable.cut(subject, to: room))"
  }
}
