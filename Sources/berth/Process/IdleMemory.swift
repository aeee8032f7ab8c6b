/// Whether freed memory is to be given back to the system: when much is free, and the work that had it is over. Pure.
struct IdleMemory: Equatable {
  /// Seconds between two looks.
  static let interval = 5
  /// Less is kept for the next that asks.
  static let worthwhileBytes = 32 << 20
  /// What a busy process takes and gives back from one look to the next.
  static let quietBytes = 8 << 20

  private var lastUsedBytes: Int?
  /// What was free after memory was last given back, and cannot be: pieces smaller than a page.
  private var remainderBytes: Int?
  private var hasTrimmed = false

  /// What the C library says of its heaps.
  /// - Returns: whether to give back what is free.
  mutating func sampled(usedBytes: Int, freeBytes: Int) -> Bool {
    if hasTrimmed {
      hasTrimmed = false
      remainderBytes = freeBytes
    }
    let last = lastUsedBytes
    lastUsedBytes = usedBytes
    guard let last, abs(usedBytes - last) < Self.quietBytes else { return false }
    guard freeBytes - (remainderBytes ?? 0) >= Self.worthwhileBytes else {
      // What is taken again and freed later counts anew.
      remainderBytes = remainderBytes.map { min($0, freeBytes) }
      return false
    }
    hasTrimmed = true
    return true
  }
}
