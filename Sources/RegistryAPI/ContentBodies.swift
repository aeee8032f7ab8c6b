import HTTPServer
import PullThrough

/// A verified file as a body.
private final class HeldBody: BodySource {
  private let content: HeldContent

  init(_ content: HeldContent) { self.content = content }

  var descriptor: Int32? { content.descriptor }

  func available(from offset: Int64, wake: @escaping @Sendable () -> Void) -> BodyAvailability { .upTo(.max) }

  func cannotBeRead() { content.cannotBeRead() }
}

/// A download that is under way as a body: sent as its parts arrive.
private final class FollowedBody: BodySource {
  private let follower: Follower

  init(_ follower: Follower) { self.follower = follower }

  var descriptor: Int32? { follower.download.descriptor }

  func available(from offset: Int64, wake: @escaping @Sendable () -> Void) -> BodyAvailability {
    switch follower.progress(from: offset, wake: wake) {
    case .available(let end): .upTo(end)
    case .bytes(let bytes): .bytes(bytes)
    case .wait(let waiting): .wait(BodyWait(waiting.waiter))
    case .failed: .failed
    }
  }

  func leave(_ wait: BodyWait) { follower.download.leave(Download.Waiting(waiter: wait.number)) }

  func joined() { follower.download.attendance.joined() }

  func left() { follower.download.attendance.left() }
}

extension Reply.Body {
  /// A part of a verified file.
  static func file(_ content: HeldContent, _ range: Range<Int64>) -> Reply.Body { .source(HeldBody(content), range) }

  /// A part of a file that is still arriving.
  static func following(_ follower: Follower, _ range: Range<Int64>) -> Reply.Body {
    .source(FollowedBody(follower), range)
  }
}
