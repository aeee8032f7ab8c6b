import BlockingIO
import NIOCore
import OCI
import Store

/// What was verified goes into the shards and the index. A store that cannot keep it costs no client its body.
extension Transfer {
  /// Moves content from the staging file to its place.
  func keep(_ storage: DownloadStorage, size: Int64, on lane: Lane) async {
    guard let staging = storage.staging else { return }
    let digest = download.digest
    guard storage.refusal == nil else { return await lane.run { staging.discard() } }
    do throws(StoreError) {
      try await lane.run { () throws(StoreError) in
        try context.store.publish(staging, as: digest, size: size)
      }
      try await record(size: size, storage.reservation)
      storage.kept()
    } catch {
      storage.refuse(error)
      if error.isLackOfRoom { await lane.run { context.store.discardUnrecorded(digest) } }
    }
  }

  /// Writes content that arrived in memory, with other such content, if there is room.
  func keep(_ bytes: ByteBuffer, in room: Result<Reservation, StoreError>) async {
    let (digest, size) = (download.digest, Int64(bytes.readableBytes))
    do throws(StoreError) {
      let reservation = try room.get()
      try await context.pending.publisher.publish(bytes, as: digest)
      try await record(size: size, reservation)
      context.health.kept()
    } catch {
      context.health.recordWriteFailure(digest, because: error)
      if error.isLackOfRoom { context.pending.publisher.withdraw(digest) }
    }
  }

  private func record(size: Int64, _ reservation: Reservation?) async throws(StoreError) {
    let (download, digest, now) = (download, download.digest, context.clock.now())
    try await context.store.write { (index) throws(StoreError) in
      let mediaType = try index.content(digest)?.mediaType
      try index.putContent(digest, ContentRecord(size: size, mediaType: mediaType, lastAccess: now))
      if let reservation { index.consume(reservation) }
      // Asked as late as can be: whoever is proven later finds the row.
      for repository in download.confirmedRepositories {
        try index.grant(repository, digest, GrantRecord(grantedAt: now))
      }
    }
  }
}
