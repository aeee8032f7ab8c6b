import PullThrough

/// Where a body's bytes come from.
enum BodySource {
  case file(HeldContent)
  case following(Download)

  /// What a body that has been sent up to an offset may do next.
  enum Availability {
    case upTo(Int64)
    case wait(Download.Waiting)
    case failed
  }

  /// The file to read; nil for a download that failed before it began.
  var descriptor: Int32? {
    switch self {
    case .file(let file): file.descriptor
    case .following(let download): download.descriptor
    }
  }

  /// - Parameter wake: called once, from any thread, when waiting is over.
  func available(from offset: Int64, wake: @escaping @Sendable () -> Void) -> Availability {
    guard case .following(let download) = self else { return .upTo(.max) }
    switch download.progress(from: offset, wake: wake) {
    case .available(let end): return .upTo(end)
    case .wait(let waiting): return .wait(waiting)
    case .failed: return .failed
    }
  }

  /// A client begins to be sent this.
  func joined() {
    if case .following(let download) = self { download.attendance.joined() }
  }

  /// The client has it, or has gone.
  func left() {
    if case .following(let download) = self { download.attendance.left() }
  }

  /// Takes back a wait.
  func leave(_ waiting: Download.Waiting) {
    if case .following(let download) = self { download.leave(waiting) }
  }
}
