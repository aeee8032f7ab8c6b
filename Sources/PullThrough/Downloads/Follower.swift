/// One client that follows a download. It has a place among the followers for as long as this lives.
///
/// As long as content is kept a follower costs nobody anything. When it cannot be kept, the slowest one sets the pace:
/// see ``PassingWindow``.
public final class Follower: Sendable {
  /// What is followed.
  public let download: Download
  private let number: PassingWindow.Follower

  init(_ number: PassingWindow.Follower, of download: Download) {
    self.number = number
    self.download = download
  }

  deinit { download.left(number) }

  /// What may be sent next, once everything below `offset` has been. With ``Download/Progress/wait(_:)``, `wake` is
  /// called once, from any thread, as soon as that changes.
  public func progress(from offset: Int64, wake: @escaping @Sendable () -> Void) -> Download.Progress {
    download.progress(of: number, from: offset, wake: wake)
  }
}
