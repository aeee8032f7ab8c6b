public import Logging
import Synchronization

/// What tells one request's log lines from another's: `7f3a91c2-1b`, the run and the request's number in it.
///
/// Work that a request starts carries its id on, as does what it shares with later ones: a download's lines bear the id
/// of the request that started it.
public struct RequestID: Sendable, Hashable, CustomStringConvertible {
  private static let run = UInt32.random(in: .min ... .max)
  private static let latest = Atomic<UInt64>(0)

  /// The id of the request that the current task works for.
  @TaskLocal public static var current: RequestID?

  private let number: UInt64

  /// An id that no other request of this process has.
  public static func next() -> RequestID {
    RequestID(number: latest.wrappingAdd(1, ordering: .relaxed).newValue)
  }

  /// As it stands in the log.
  public var description: String { "\(String(Self.run, radix: 16))-\(String(number, radix: 16))" }

  /// Adds the current request's id to each log line.
  public static let metadataProvider = Logger.MetadataProvider {
    current.map { ["request": "\($0)"] } ?? [:]
  }
}
