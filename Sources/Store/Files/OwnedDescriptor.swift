import Glibc

/// An open file, closed when its owner goes.
struct OwnedDescriptor: ~Copyable, Sendable {
  let raw: Int32

  /// Takes over an open descriptor.
  init(owning raw: Int32) { self.raw = raw }

  deinit { Glibc.close(raw) }

  /// Gives the descriptor away, to whoever closes it.
  consuming func release() -> Int32 {
    let raw = raw
    discard self
    return raw
  }
}
