import BerthConfiguration
import Glibc
import Store

/// `berth check --store`: index against files, both ways, of a store that no Berth serves. Changes nothing.
struct StoreInspection {
  /// The store's directory.
  let path: String
  /// Whether all bytes are read and compared with their digests.
  let hashing: Bool
  /// Whether nothing is printed but what is wrong.
  let isQuiet: Bool

  /// Prints what was found.
  /// - Returns: whether the store is sound.
  func run() -> Bool {
    let report: StoreCheckReport
    do throws(StoreError) {
      report = try StoreCheck.run(path: path, hashing: hashing)
    } catch {
      StandardError.print("berth: \(advice(for: error))")
      return false
    }
    if !isQuiet { for line in summary(of: report) { print(line) } }
    for line in problems(of: report) { StandardError.print(line) }
    return report.isSound
  }

  private func advice(for error: StoreError) -> String {
    switch error {
    case .inUse: "\(error); `berth scrub` checks what a running Berth holds"
    case .index, .damagedRecord:
      "the index of \(path) cannot be read: \(error); when Berth starts, it is put aside and rebuilt from the content"
    default: "\(path): \(error)"
    }
  }

  private func summary(of report: StoreCheckReport) -> [String] {
    [
      "\(path): \(HumanText.count(report.listed.count, "content")), "
        + "\(HumanText.bytes(report.listed.bytes))\(hashing ? ", all read" : "")",
      report.isSound ? "index and files agree" : "index and files do not agree",
    ] + harmless(in: report)
  }

  /// What a kill may leave.
  private func harmless(in report: StoreCheckReport) -> [String] {
    var lines: [String] = []
    if report.orphans.count > 0 {
      lines.append("\(HumanText.count(Int64(report.orphans.count), "file")) without a row: swept when Berth runs")
    }
    if report.stagingFiles > 0 {
      lines.append("\(HumanText.count(Int64(report.stagingFiles), "incomplete download")): carried on with, or swept")
    }
    if !report.foreign.isEmpty {
      lines.append(
        "\(HumanText.count(Int64(report.foreign.count), "file")) that Berth did not make: \(report.foreign[0])"
      )
    }
    return lines
  }

  private func problems(of report: StoreCheckReport) -> [String] {
    let kinds: [(String, StoreCheckReport.FoundContents)] = [
      ("missing", report.missing),
      ("of the wrong length", report.wrongLength),
      ("damaged", report.damaged),
      ("at a wrong place in the order of eviction", report.misplaced),
    ]
    var lines = kinds.flatMap { what, found in
      found.first.map { "\($0): \(what)" }
        + (found.count > found.first.count ? ["and \(found.count - found.first.count) more \(what)"] : [])
    }
    if report.listed != report.recordedTotals {
      lines.append(
        "the index says that it lists \(report.recordedTotals.count) contents with \(report.recordedTotals.bytes) "
          + "bytes, but lists \(report.listed.count) with \(report.listed.bytes)"
      )
    }
    return lines
  }
}
