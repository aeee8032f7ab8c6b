public import PullThrough

/// What operators can order and see, beside the requests of clients: a service for each kind of order.
public struct Administration: Sendable {
  /// The running use cases.
  public let pullThrough: PullThrough
  /// Lists, shows and confirms images.
  public let images: ImageService
  /// Keeps images from eviction.
  public let pins: PinService
  /// Takes images out of the store.
  public let eviction: EvictionService
  /// Fetches images ahead.
  public let warming: WarmingService
  /// Takes in images from files.
  public let imports: ImportService
  /// Checks everything that is held.
  public let scrub: ScrubService
  /// How the program stands.
  public let reports: Reports

  /// - Parameter pullThrough: the running use cases. One administration for each: orders that run are known to it alone.
  public init(_ pullThrough: PullThrough) {
    self.pullThrough = pullThrough
    let catalog = TagCatalog(store: pullThrough.store)
    let graph = ContentGraph(
      store: HeldContentStore(
        store: pullThrough.store,
        documents: pullThrough.documents,
        limits: pullThrough.limits
      )
    )
    pins = PinService(pullThrough: pullThrough, catalog: catalog, graph: graph)
    images = ImageService(pullThrough: pullThrough, catalog: catalog, graph: graph, pins: pins)
    eviction = EvictionService(pullThrough: pullThrough, catalog: catalog, graph: graph, pins: pins)
    warming = WarmingService(pullThrough)
    imports = ImportService(pullThrough: pullThrough)
    scrub = ScrubService(pullThrough)
    reports = Reports(pullThrough: pullThrough, warming: warming)
  }
}
