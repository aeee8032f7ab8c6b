/// How much memory may be taken by what is not in files.
public struct MemoryLimits: Sendable, Equatable {
  /// Bytes of documents that are fetched, parsed and rendered, and of answers that wait to leave, all together.
  public var budgetBytes = 192 << 20
  /// What a document of unknown length is taken to need until more of it has come.
  public var unknownDocumentBytes = 64 << 10

  /// The defaults, as documented at each property.
  public init() {}
}
