/// How an ``Environment`` is opened. The flags that decide about safety are not among the choices.
public struct EnvironmentOptions: Sendable {
  /// Address space reserved for the map, in bytes; the file grows only as it is used. 64 GiB.
  public var mapBytes = 64 << 30
  /// Largest size that ``Environment/growMap()`` goes to, in bytes. 1 TiB.
  public var maxMapBytes = 1 << 40
  /// Reader slots: read transactions that may run at once. LMDB's own default, 126, runs out. 1024.
  public var maxReaders = 1_024
  /// Most tables that may be opened. 16.
  public var maxTables = 16
  /// Whether the environment is only looked at; nothing is created then.
  public var isReadOnly = false

  /// The defaults, as documented at each property.
  public init() {}
}
