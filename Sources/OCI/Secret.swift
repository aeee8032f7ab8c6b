/// A password or a token. It prints as `•••`, so that no log or error can show it by accident.
public struct Secret: Sendable, Hashable {
  private let value: String

  /// Wraps `value`.
  public init(_ value: String) { self.value = value }

  /// The value itself, for the one request that it is meant for.
  public func reveal() -> String { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// `•••`, whatever the value.
  public var description: String { "•••" }

  /// `•••`, whatever the value.
  public var debugDescription: String { "•••" }

  /// Without children: `dump` and the like walk a value's mirror.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
