/// Finds what was probably meant by a name that is not known.
public enum NearestName {
  /// The one of `candidates` that is fewest changes away from `name`, letter case aside; nil when none is near.
  public static func of(_ name: String, among candidates: [String]) -> String? {
    let written = Array(name.lowercased().unicodeScalars.prefix(64))
    let allowed = max(1, written.count / 3)
    let distances = candidates.map { (name: $0, distance: distance(written, Array($0.lowercased().unicodeScalars))) }
    let nearest = distances.filter { $0.distance <= allowed }.min { $0.distance < $1.distance }
    return nearest?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment).
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 1...right.count {
        let isSame = left[row - 1] == right[column - 1]
        var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          cost = min(cost, beforeLast[column - 2] + 1)
        }
        current.append(cost)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
