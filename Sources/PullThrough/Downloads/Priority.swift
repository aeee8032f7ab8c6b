/// Why a transfer is wanted; the greater goes first.
public enum Priority: Int, Sendable, Comparable, CaseIterable {
  /// Fetched ahead of any client.
  case warming = 0
  /// Keeps what is held up to date.
  case revalidation = 1
  /// A client waits for it.
  case client = 2

  /// Order of urgency.
  public static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
}
