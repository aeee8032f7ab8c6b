/// How much a store may hold, and between which marks eviction works.
public struct StoreCapacity: Sendable, Equatable {
  /// The bound on what is held and in flight.
  public enum Bound: Sendable, Equatable {
    /// No bound but the file system's.
    case unlimited
    /// That many bytes.
    case bytes(Int64)
    /// That share of the file system's size, above 0 and up to 1.
    case share(Double)
  }

  /// The bound on what is held and in flight. Unlimited.
  public var bound = Bound.unlimited
  /// Share of the bound at which eviction begins. 0.95.
  public var highWater = 0.95
  /// Share of the bound down to which it goes. 0.90.
  public var lowWater = 0.90
  /// What is left of the file system to others and to the index, which must always be able to commit. Nil, the default, is
  /// a tenth of it, or 10 GiB of a large one.
  public var keepFree: FreeSpace?

  /// A part of a file system that stays free.
  public enum FreeSpace: Sendable, Equatable {
    /// So many bytes.
    case bytes(Int64)
    /// A share of the whole file system, from 0 to 1.
    case share(Double)
  }

  /// The defaults, as documented at each property.
  public init() {}
}

/// A ``StoreCapacity`` on the file system at hand. All values are bytes.
struct SpaceLimits: Sendable, Equatable {
  /// Most that may be held and in flight; the largest number when there is no bound.
  var capacity: Int64
  /// What must be held for eviction to begin.
  var highWater: Int64
  /// What eviction goes down to.
  var lowWater: Int64
  /// What stays free on the file system.
  var keepFree: Int64

  /// A tenth of a large file system is more than others on it need.
  private static let mostKeptFreeUnasked: Int64 = 10 << 30

  /// Resolves `capacity` on a file system of `fileSystemBytes`. What makes no sense is cut to what does: marks lie in
  /// order, and within the bound.
  init(_ capacity: StoreCapacity, fileSystemBytes: Int64) {
    self.capacity =
      switch capacity.bound {
      case .unlimited: .max
      case .bytes(let bytes): max(0, bytes)
      case .share(let share): Self.share(share, of: fileSystemBytes)
      }
    highWater = Self.share(capacity.highWater, of: self.capacity)
    lowWater = min(highWater, Self.share(capacity.lowWater, of: self.capacity))
    keepFree =
      switch capacity.keepFree {
      case .bytes(let bytes)?: max(0, bytes)
      case .share(let share)?: Self.share(share, of: fileSystemBytes)
      case nil: min(Self.mostKeptFreeUnasked, fileSystemBytes / 10)
      }
  }

  private static func share(_ share: Double, of bytes: Int64) -> Int64 {
    if share >= 1 { return bytes }
    guard share > 0 else { return 0 }
    // In pieces, for a number above 2^53 has no exact double.
    return bytes / 10_000 * Int64(share * 10_000) + Int64(Double(bytes % 10_000) * share)
  }
}
