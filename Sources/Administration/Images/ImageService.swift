import PullThrough

/// What operators see of images, one by one or in lists: see `images(matching:limit:)`, `details(of:)` and `refresh(_:)`.
public struct ImageService: Sendable {
  let pullThrough: PullThrough
  let catalog: TagCatalog
  let graph: ContentGraph
  let pins: PinService
}
