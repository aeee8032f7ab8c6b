import Yams

/// A text of which duplicate keys are named apart, column by column in place, so that it can be read to its end.
///
/// The first character of the first of two equal keys gives way to one from the private use area, which is remembered
/// with what stood there. Lines and columns of everything stay as they are.
struct RepairedSource {
  /// What to read.
  private(set) var text: String
  /// For each character put in: the one that it stands for.
  private(set) var originals: [Unicode.Scalar: Unicode.Scalar] = [:]

  /// More duplicates than this are not told apart; the file is beyond a list of corrections.
  private static let standIns: ClosedRange<UInt32> = 0xF0000...0xF003F

  init(_ text: String) { self.text = text }

  /// Makes the key that begins at `mark` unlike all others. False if that cannot be done.
  mutating func nameApart(keyAt mark: Mark) -> Bool {
    let next = Self.standIns.lowerBound + UInt32(originals.count)
    guard Self.standIns.contains(next), let standIn = Unicode.Scalar(next), var index = index(of: mark) else {
      return false
    }
    let scalars = text.unicodeScalars
    if scalars[index] == "\"" || scalars[index] == "'" {
      index = scalars.index(after: index)
    }
    guard index < scalars.endIndex, Self.isPlainWord(scalars[index]) else { return false }
    originals[standIn] = scalars[index]
    text.unicodeScalars.replaceSubrange(index...index, with: [standIn])
    return true
  }

  /// Keys of ours and registry names begin with these; others (collections, escapes) are left alone.
  private static func isPlainWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
  }

  private func index(of mark: Mark) -> String.Index? {
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    for _ in 1..<max(1, mark.line) {
      guard let lineEnd = scalars[index...].firstIndex(of: "\n") else { return nil }
      index = scalars.index(after: lineEnd)
    }
    guard let place = scalars.index(index, offsetBy: mark.column - 1, limitedBy: scalars.endIndex),
      place < scalars.endIndex
    else { return nil }
    return place
  }
}
