import OCI

/// Brings a shipment into a running Berth. What is held there already is not sent, so that an import that was
/// interrupted goes on where it was.
public struct BundleImport: Sendable {
  /// Contents sent at once: enough to keep the disk busy while it syncs the small ones.
  private static let parallelSends = 4

  private let target: any ImportTarget

  /// An import into `target`.
  public init(into target: any ImportTarget) { self.target = target }

  /// Asks what an import would change. Changes nothing.
  ///
  /// - Throws: ``BundleError/baseMissing(count:examples:bases:)`` if content that was left out is not held.
  public func preview(_ shipment: Shipment) async throws(BundleError) -> ImportPreview {
    let expected = shipment.expected.filter { shipment.contents[$0.digest] == nil }.map(\.digest)
    let contents = shipment.contents.keys.sorted() + expected
    let preview = try await target.preview(shipment.images, contents: contents)
    let lacking = expected.filter(preview.missing.contains)
    guard lacking.isEmpty else {
      throw .baseMissing(count: lacking.count, examples: Array(lacking.prefix(3)), bases: shipment.bases)
    }
    return preview
  }

  /// Brings everything in that the preview says is missing, then makes the images known. On disk when it returns.
  ///
  /// - Parameter sent: told how many more bytes have gone; from several threads.
  /// - Returns: what could not be brought in, of a shipment that may be so in part.
  public func run(
    _ shipment: Shipment,
    after preview: ImportPreview,
    sent: @escaping @Sendable (Int64) -> Void = { _ in }
  ) async throws(BundleError) -> [String] {
    let missing = preview.missing.filter { shipment.contents[$0] != nil }.sorted()
    var skipped = try await send(missing, of: shipment, sent)
    for image in shipment.images {
      do throws(BundleError) {
        try await target.include(image)
      } catch {
        guard shipment.mayBePartial else { throw error }
        skipped.append("\(image.repository)@\(image.manifest.digest): \(error)")
      }
    }
    return skipped
  }

  private func send(
    _ digests: [Digest],
    of shipment: Shipment,
    _ sent: @escaping @Sendable (Int64) -> Void
  ) async throws(BundleError) -> [String] {
    let target = target
    let outcomes = await withTaskGroup(of: BundleError?.self, returning: [BundleError].self) { group in
      var waiting = digests.makeIterator()
      var failures: [BundleError] = []
      @Sendable func send(_ digest: Digest) async -> BundleError? {
        guard let content = shipment.contents[digest] else { return nil }
        do throws(BundleError) {
          try await target.send(digest, content, sent: sent)
          return nil
        } catch {
          return error
        }
      }
      for _ in 0..<Self.parallelSends {
        if let digest = waiting.next() { group.addTask { await send(digest) } }
      }
      for await failure in group {
        if let failure { failures.append(failure) }
        // After a failure those under way end, and no more are begun.
        guard failures.allSatisfy({ shipment.mayBePartial && $0.isAboutContent }), let digest = waiting.next() else {
          continue
        }
        group.addTask { await send(digest) }
      }
      return failures
    }
    if let fatal = outcomes.first(where: { !($0.isAboutContent && shipment.mayBePartial) }) { throw fatal }
    return outcomes.map(\.description)
  }
}

extension BundleError {
  /// Whether one content is at fault, and others may be in order.
  fileprivate var isAboutContent: Bool {
    if case .contentDiffers = self { return true }
    return false
  }
}
