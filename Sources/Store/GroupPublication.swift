import BlockingIO
public import OCI

/// Several verified contents that are published with two syncs of the file system, however many they are.
///
/// Each is as durable as with ``Store/publish(_:as:)``: all bytes are on disk before the first file is moved to its place,
/// and all names before anybody may record the content.
public struct GroupPublication {
  private enum Member {
    case staged(StagingName, Digest)
    case placed(Digest)
    case refused(StoreError)
  }

  private let store: Store
  private var members: [Member] = []

  init(in store: Store) { self.store = store }

  /// Writes verified bytes into a staging file. Blocks.
  public mutating func stage(_ bytes: UnsafeRawBufferPointer, as digest: Digest) {
    do throws(StoreError) {
      guard let name = try store.stage(bytes, as: digest).end() else { throw .stagingEnded(digest) }
      members.append(.staged(name, digest))
    } catch {
      members.append(.refused(error))
    }
  }

  /// Makes all that is staged durable and moves it to its place. Blocks. Once only.
  /// - Returns: for each content, in the order in which they were staged, why it is not published; nil for those that are.
  public mutating func publish() -> [StoreError?] {
    sync()
    for (index, member) in members.enumerated() {
      guard case .staged(let name, let digest) = member else { continue }
      do throws(FileFailure) {
        try store.shards.place(name.text, as: digest)
        members[index] = .placed(digest)
      } catch {
        refuse(index, because: StoreError(error))
      }
    }
    sync()
    return members.map { if case .refused(let error) = $0 { error } else { nil } }
  }

  /// What cannot be made durable is refused as a whole: nobody knows which of it has reached the disk.
  private mutating func sync() {
    do throws(FileSystemSync.Failure) {
      try store.fileSystemSync.run(on: store.directory.root.raw)
    } catch {
      let failure = FileFailure(.sync, .store, code: error.code)
      for index in members.indices { refuse(index, because: StoreError(failure)) }
    }
  }

  private mutating func refuse(_ index: Int, because error: StoreError) {
    switch members[index] {
    case .staged(let name, _): _ = try? Files.remove(name.text, in: store.directory.staging.raw, .staging)
    // The file is without a row, and swept.
    case .placed(let digest): store.discardUnrecorded(digest)
    case .refused: return
    }
    members[index] = .refused(error)
  }
}

extension Store {
  /// Whether publishing that many small contents as a group is cheaper than one by one. Reads a file of the kernel's.
  public func groupsPublication(of count: Int) -> Bool { count > 1 && fileSystemSync.isWise }

  /// Begins to publish several small contents at once.
  public func beginGroup() -> GroupPublication { GroupPublication(in: self) }
}
