import Foundation

/// What this process has in memory.
struct ProcessMemory {
  /// Pages of the mapped index included, as far as they were touched.
  var residentMegabytes = 0.0
  var anonymousMegabytes = 0.0

  /// From /proc/self/status.
  static func now() -> ProcessMemory {
    var memory = ProcessMemory()
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 2, let kibibytes = Double(words[1]) else { continue }
      switch words[0] {
      case "VmRSS:": memory.residentMegabytes = kibibytes * 1_024 / 1e6
      case "RssAnon:": memory.anonymousMegabytes = kibibytes * 1_024 / 1e6
      default: break
      }
    }
    return memory
  }
}
