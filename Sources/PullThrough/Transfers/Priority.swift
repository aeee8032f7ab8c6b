/// Why a transfer is wanted; the greater goes first.
public enum Priority: Int, Sendable, Comparable, CaseIterable {
  /// Fetched because an operator said so, ahead of any client.
  case warming = 0
  /// A client was just served the manifest that names it, and will probably ask.
  case prefetch = 1
  /// A client waits for it.
  case client = 2

  /// Order of urgency.
  public static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
}
