package import NIOCore

/// What a body that has been sent up to an offset may do next.
package enum BodyAvailability: Sendable {
  /// The bytes below this offset are in the file of ``BodySource/descriptor``.
  case upTo(Int64)
  /// These are the next bytes.
  case bytes(ByteBuffer)
  /// Nothing more yet.
  case wait(BodyWait)
  /// The rest never comes: the client must be cut short, so that it notices.
  case failed
}

/// A place among those that a source wakes.
package struct BodyWait: Sendable, Equatable {
  package let number: UInt64

  package init(_ number: UInt64) { self.number = number }
}

/// Where a body's bytes come from: a file, one that is still arriving, or memory.
package protocol BodySource: Sendable {
  /// The file to read; nil for what has none, or none yet: nothing is available in it then.
  var descriptor: Int32? { get }
  /// What there is from an offset on.
  /// - Parameter wake: called once, from any thread, when a wait is over.
  func available(from offset: Int64, wake: @escaping @Sendable () -> Void) -> BodyAvailability
  /// Takes back a wait.
  func leave(_ wait: BodyWait)
  /// The file did not give a part that was said to be there.
  func cannotBeRead()
  /// A client begins to be sent this.
  func joined()
  /// The client has it, or has gone. Called once for each ``joined()``.
  func left()
}

extension BodySource {
  package func leave(_ wait: BodyWait) {}
  package func cannotBeRead() {}
  package func joined() {}
  package func left() {}
}
