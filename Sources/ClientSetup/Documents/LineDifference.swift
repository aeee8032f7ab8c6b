/// The lines in which two texts differ, for people: `-` was, `+` is, with one line around each change.
public enum LineDifference {
  /// One line of the answer each; empty when the texts are equal.
  public static func between(_ old: String, _ new: String) -> [String] {
    let (before, after) = (lines(of: old), lines(of: new))
    let marked = marked(before, after)
    return marked.indices.compactMap { index in
      let isNear = marked[max(0, index - 1)...min(marked.count - 1, index + 1)].contains { $0.mark != " " }
      return isNear ? "\(marked[index].mark)\(marked[index].line)" : nil
    }
  }

  private static func lines(of text: String) -> [Substring] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.last == "" ? lines.dropLast() : lines
  }

  /// All lines of both, those that went before those that came.
  private static func marked(_ before: [Substring], _ after: [Substring]) -> [(mark: Character, line: Substring)] {
    let difference = after.difference(from: before)
    let removed = Set(difference.removals.map(\.offset))
    let inserted = Set(difference.insertions.map(\.offset))
    var marked: [(mark: Character, line: Substring)] = []
    var old = 0
    var new = 0
    while old < before.count || new < after.count {
      if old < before.count, removed.contains(old) {
        marked.append(("-", before[old]))
        old += 1
      } else if new < after.count, inserted.contains(new) {
        marked.append(("+", after[new]))
        new += 1
      } else {
        // Neither gone nor new: the same line in both.
        marked.append((" ", after[new]))
        (old, new) = (old + 1, new + 1)
      }
    }
    return marked
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
