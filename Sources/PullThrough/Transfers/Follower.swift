import Synchronization

/// One client that follows a download. It has a place among the followers for as long as this lives.
///
/// As long as content is kept a follower costs nobody anything. When it cannot be kept, the slowest one sets the pace:
/// see ``RelayBuffer``.
public final class Follower: Sendable {
  /// What is followed.
  public let download: Download
  private let number: RelayBuffer.Follower
  private let parts = Mutex<[Range<Int64>]>([])
  private let alone = Atomic<Bool>(false)

  /// Whether the download passes on what this one asked for, and nothing else: see ``PartsPlan``.
  var isAlone: Bool {
    get { alone.load(ordering: .relaxed) }
    set { alone.store(newValue, ordering: .relaxed) }
  }

  init(_ number: RelayBuffer.Follower, of download: Download) {
    self.number = number
    self.download = download
  }

  deinit { download.left(number) }

  /// Only these parts will be sent, and with what else the client may have of the content they do not make it whole: see
  /// `RangeRequest.completesNothing`. Nothing of them is withheld until the whole is verified, and what lies ahead of what is
  /// arriving is asked for by itself: at once, as far as there may be requests for one blob, and else in its turn.
  public func sendsOnly(_ parts: [Range<Int64>]) {
    self.parts.withLock { $0 = parts }
    download.demand(Self.joined(parts))
  }

  /// What may be sent next, once everything below `offset` has been. With ``Download/Progress/wait(_:)``, `wake` is
  /// called once, from any thread, as soon as that changes.
  public func progress(from offset: Int64, wake: @escaping @Sendable () -> Void) -> Download.Progress {
    if isAlone { return progressAlone(from: offset, wake: wake) }
    let part = parts.withLock { parts in parts.first { $0.contains(offset) } }
    return download.progress(of: number, from: offset, part: part, wake: wake)
  }

  private func progressAlone(from offset: Int64, wake: @escaping @Sendable () -> Void) -> Download.Progress {
    let place = parts.withLock { PartsPlan.place(of: offset, in: $0) }
    guard let place else {
      return .failed(.storeFailed(reason: "the byte at \(offset) was not asked for"))
    }
    return download.progress(of: number, from: place, part: place..<place, wake: wake)
  }
}
