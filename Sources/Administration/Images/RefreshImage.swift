public import OCI
import PullThrough
import Store

/// What asking the upstream about a tag has shown.
public struct RefreshedImage: Sendable {
  /// Repository and tag.
  public var name: ImageName
  /// What the tag named before; nil if it was not known.
  public var before: Digest?
  /// What it names now.
  public var now: Digest
}

extension ImageService {
  /// Asks the upstream now what a tag stands for, however fresh the last answer is.
  /// - Throws: ``OperationError/upstream(_:)`` when the upstream cannot say: the last good answer is no answer here.
  public func refresh(_ name: ImageName) async throws(OperationError) -> RefreshedImage {
    guard case .tag(let tag) = name.reference else {
      throw .invalid("\(name) is a digest, which never changes: refresh a tag")
    }
    let before = (try? pullThrough.tagService.row(of: tag, in: name.repository))?.digest
    do throws(PullThroughError) {
      let manifest = try await pullThrough.tagService.confirmNow(tag, in: name.repository)
      await pullThrough.flush()
      return RefreshedImage(name: name, before: before, now: manifest.digest)
    } catch {
      throw .upstream(error)
    }
  }
}
