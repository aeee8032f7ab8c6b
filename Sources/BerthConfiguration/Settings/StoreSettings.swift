/// Where content is kept, and how much of it.
public struct StoreSettings: Sendable, Hashable {
  /// The store's directory, made if it is not there. Default: `./berth-data` in the working directory. Example:
  /// `/var/lib/berth`.
  public var path = "./berth-data"
  /// How much the store may hold. Default: `80%` of the file system. Example: `200GiB`.
  public var capacity = Capacity.percent(80)
  /// How full it may become before the oldest content is evicted, in percent of ``capacity``. Default: 95.
  public var highWater = 95
  /// How full it is when eviction ends, in percent of ``capacity``; at most ``highWater``. Default: 90.
  public var lowWater = 90
  /// How much of the file system is left to others. Nil, the default, leaves 10 %, or 10 GiB of a large file system.
  public var keepFree: FreeSpace?

  /// The defaults, as documented at each property.
  public init() {}
}
