import BlockingIO
public import OCI

extension Store {
  /// Finds out whether content can be kept now: makes room, and makes, syncs and removes a small file.
  ///
  /// Throws what keeps content from being kept, as ``reserve(_:)``, ``createStaging(for:expectedSize:)`` and
  /// ``write(_:)`` do.
  public func tryKeeping() async throws(StoreError) {
    let bytes = [UInt8](repeating: 0, count: 64 << 10)
    let reservation = try await reserve(Int64(bytes.count))
    defer { reservation.release() }
    try await upkeepLane.run { () throws(StoreError) in try self.writeAndRemove(bytes) }
    try await write { (_) throws(StoreError) in }
  }

  private func writeAndRemove(_ bytes: [UInt8]) throws(StoreError) {
    let staging = try createStaging(for: .of(bytes), expectedSize: nil)
    defer { staging.discard() }
    let written: Result<Void, StoreError> = bytes.withUnsafeBytes { bytes in
      do throws(StoreError) { return .success(try staging.write(bytes, at: 0)) } catch { return .failure(error) }
    }
    try written.get()
    do throws(FileFailure) { try Files.syncData(staging.descriptor, .staging) } catch { throw StoreError(error) }
  }

  /// Takes back published content whose row could not be written for lack of room: its file goes, unless it is held.
  /// Blocks.
  public func withdraw(_ digest: Digest) {
    shards.withdraw(digest)
    // What cannot be removed now is an orphan, and the sweep of those tries again.
    _ = try? shards.removeOrphan(digest, putBefore: .max) { digest in ((try? self.content(digest)) ?? nil) != nil }
  }
}
