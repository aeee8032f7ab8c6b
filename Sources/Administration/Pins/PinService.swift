import Logging
import OCI
import PullThrough
import Store

/// Keeps images in the store that operators or the configuration mean.
public struct PinService: Sendable {
  let pullThrough: PullThrough
  let catalog: TagCatalog
  let graph: ContentGraph

  private var store: Store { pullThrough.store }
  private var log: Logger { pullThrough.log }

  /// All pins, sorted by pattern. Memory reads of the index.
  public func all() throws(OperationError) -> [Pin] {
    let names = pullThrough.upstreams.names
    do throws(StoreError) {
      return try store.pins().compactMap { record in
        let (origin, text) = Pin.Origin.read(record.key)
        guard let pattern = try? ImagePattern(parsing: text, among: names) else { return nil }
        return Pin(
          pattern: pattern,
          origin: origin,
          pinnedAt: record.pinnedAt,
          contentCount: record.count,
          bytes: record.bytes
        )
      }
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  /// Keeps the images that a pattern means from eviction: what is held of them now, with signatures and other referrers,
  /// and what will come.
  /// - Throws: ``OperationError/refused(_:)`` when all pins together would not fit into the store.
  public func pin(_ pattern: ImagePattern) async throws(OperationError) -> Pin {
    await pullThrough.flush()
    try await cover(pattern, .command, among: try catalog.all())
    guard let pin = try all().first(where: { $0.pattern == pattern && $0.origin == .command }) else {
      throw .storeFailed(reason: "the pin was taken back at once")
    }
    return pin
  }

  /// Lets the images that a pattern means be evicted again, unless another pin keeps them.
  public func unpin(_ pattern: ImagePattern) async throws(OperationError) {
    let found = try all().filter { $0.pattern == pattern }
    guard found.contains(where: { $0.origin == .command }) else {
      throw found.isEmpty
        ? .notHeld("there is no pin \(pattern); `berth pins` shows those there are")
        : .refused("\(pattern) is pinned by the configuration: take it out of 'pins' there")
    }
    try await release(pattern, .command)
  }

  /// Makes the configured pins these and no others. One that does not fit is told in the log and left as it was.
  func configure(_ patterns: [ImagePattern]) async {
    await pullThrough.flush()
    do throws(OperationError) {
      let wanted = Set(patterns)
      for pin in try all() where pin.origin == .configuration && !wanted.contains(pin.pattern) {
        try await release(pin.pattern, .configuration)
      }
      let tags = patterns.isEmpty ? [] : try catalog.all()
      for pattern in patterns { await coverOrWarn(pattern, .configuration, among: tags) }
    } catch {
      log.error("the configured pins could not be set", metadata: ["error": "\(error)"])
    }
  }

  /// Makes all pins cover what is held by now: tags move, and missing platforms arrive.
  func renew() async {
    await pullThrough.flush()
    do throws(OperationError) {
      let (pins, tags) = (try all(), try catalog.all())
      for pin in pins { await coverOrWarn(pin.pattern, pin.origin, among: tags) }
    } catch {
      log.error("pins could not be renewed", metadata: ["error": "\(error)"])
    }
  }

  private func coverOrWarn(_ pattern: ImagePattern, _ origin: Pin.Origin, among tags: [KnownTag]) async {
    do throws(OperationError) {
      try await cover(pattern, origin, among: tags)
    } catch {
      log.warning("a pin does not cover all that it means", metadata: ["pin": "\(pattern)", "error": "\(error)"])
    }
  }

  private func cover(
    _ pattern: ImagePattern,
    _ origin: Pin.Origin,
    among tags: [KnownTag]
  ) async throws(OperationError) {
    let meant = catalog.withAttachments(tags.filter { pattern.matches($0.name) }, among: tags)
    let (contents, cut) = try await graph.closure(of: meant.map(\.root), includesMissing: true)
    guard let key = origin.key(of: pattern) else { throw .invalid("\(pattern) is too long for a pin") }
    for digest in cut {
      let reason = "\(digest) has indexes in indexes beyond any use"
      log.warning("a pin does not cover all that it means", metadata: ["pin": "\(pattern)", "error": "\(reason)"])
    }
    do throws(StoreError) {
      try await store.pin(key, contents)
    } catch .pinDoesNotFit(_, let bytes, let capacity) {
      throw .refused(
        "\(pattern) does not fit: all pins together would keep \(bytes) bytes, the store may hold \(capacity); "
          + "pin less, or give the store more under store.capacity"
      )
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }

  private func release(_ pattern: ImagePattern, _ origin: Pin.Origin) async throws(OperationError) {
    guard let key = origin.key(of: pattern) else { return }
    do throws(StoreError) {
      try await store.unpin(key)
    } catch {
      throw .storeFailed(reason: "\(error)")
    }
  }
}
