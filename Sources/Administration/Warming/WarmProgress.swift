public import OCI

/// How far fetching ahead has come.
public struct WarmProgress: Sendable {
  /// What happens to one image.
  public enum State: Sendable, Equatable {
    case waiting
    case running
    /// The upstream limits us; it goes on at that time, in seconds since 1970.
    case limited(until: Int64)
    case completed
    case failed(reason: String)
  }

  /// One image.
  public struct Image: Sendable {
    /// Which.
    public var name: ImageName
    /// What happens to it.
    public var state = State.waiting
    /// Bytes of it that are held or have arrived.
    public var doneBytes = RemoteSize.zero
    /// Bytes of it as far as its manifests are known; 0 before they are.
    public var totalBytes = RemoteSize.zero
    /// Bytes of it that were not held before.
    public var fetchedBytes = RemoteSize.zero
  }

  /// By what the job is known.
  public var job: Int
  /// The images in the order of the request.
  public var images: [Image]
  /// Whether nothing more will happen.
  public var isEnded: Bool
}
