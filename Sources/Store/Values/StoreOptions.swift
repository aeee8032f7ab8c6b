import Glibc

/// How a ``Store`` is opened. Sizes are bytes.
public struct StoreOptions: Sendable {
  /// The store's directory; made, with mode 0700, when it is missing.
  public var path: String
  /// Whether a directory without a store is refused, instead of a store being made there. false.
  public var mustExist = false
  /// How much may be held. No bound but the file system's.
  public var capacity = StoreCapacity()
  /// Address space reserved for the index; its file grows only as it is used. 64 GiB.
  public var indexMapBytes = 64 << 30
  /// Reads of the index that may run at once. 1024.
  public var maxIndexReaders = 1_024
  /// How long noted accesses may stay in memory; a kill loses at most these. 5 s.
  public var accessFlushInterval: Duration = .seconds(5)
  /// Bytes that may wait for the machine's disks for small contents to be synced as a group: the sync waits for all of them,
  /// whosever they are. 64 MiB.
  public var maxUnwrittenBytes: Int64 = 64 << 20
  /// Moves kept of each tag in its history. 20.
  public var maxTagMoves = 20
  /// Whether grants that a store of schema 2 has stay as they are: where no upstream is ever asked, none could be proven.
  /// False.
  public var trustsEarlierGrants = false
  /// The wall clock, in seconds since 1970.
  public var now: @Sendable () -> Int64 = { Int64(time(nil)) }
  /// Called once, on any thread, when the index failed and takes no writes any more. What is held can still be read;
  /// the process should end soon, so that its supervisor starts it again.
  public var onIndexFailure: @Sendable (StoreError) -> Void = { _ in }

  /// The defaults, as documented at each property, for a store at `path`.
  public init(path: String) { self.path = path }
}
