import NIOCore
import PullThrough

/// Where a body's bytes come from.
enum BodySource: Sendable {
  case file(HeldContent)
  case following(Follower)
  case memory(SharedBody)

  /// What a body that has been sent up to an offset may do next.
  enum Availability {
    case upTo(Int64)
    case bytes(ByteBuffer)
    case wait(Download.Waiting)
    case failed
  }

  /// The file to read; nil for a download that has none, or none yet: nothing is available in it then.
  var descriptor: Int32? {
    switch self {
    case .file(let file): file.descriptor
    case .following(let follower): follower.download.descriptor
    case .memory: nil
    }
  }

  /// - Parameter wake: called once, from any thread, when waiting is over.
  func available(from offset: Int64, wake: @escaping @Sendable () -> Void) -> Availability {
    let follower: Follower
    switch self {
    case .file: return .upTo(.max)
    case .memory(let body): return .bytes(body.bytes(from: offset))
    case .following(let followed): follower = followed
    }
    switch follower.progress(from: offset, wake: wake) {
    case .available(let end): return .upTo(end)
    case .bytes(let bytes): return .bytes(bytes)
    case .wait(let waiting): return .wait(waiting)
    case .failed: return .failed
    }
  }

  /// The file did not give a part that was said to be there.
  func cannotBeRead() {
    if case .file(let content) = self { content.cannotBeRead() }
  }

  /// A client begins to be sent this.
  func joined() {
    if case .following(let follower) = self { follower.download.attendance.joined() }
  }

  /// The client has it, or has gone.
  func left() {
    if case .following(let follower) = self { follower.download.attendance.left() }
  }

  /// Takes back a wait.
  func leave(_ waiting: Download.Waiting) {
    if case .following(let follower) = self { follower.download.leave(waiting) }
  }
}
