/// Where content is kept, and how much of it.
public struct StoreSettings: Sendable, Hashable {
  /// The store's directory, made if it is not there. Default: `./berth-data` in the working directory. Example:
  /// `/var/lib/berth`.
  public var path = "./berth-data"
  /// How much the store may hold. Default: `80%` of the file system. Example: `200GiB`.
  public var capacity = Capacity.percent(80)

  /// The defaults, as documented at each property.
  public init() {}
}
