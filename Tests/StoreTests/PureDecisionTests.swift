import Glibc
import LMDB
import Testing

@testable import Store

@Suite struct ShardClaimsTests {
  @Test func aRemovedRowDoomsItsFile() {
    var claims = ShardClaims()
    #expect(claims.rowRemoved(digest("x")) == true)
    #expect(claims.takePendingRemoval(digest("x")) == true)
    #expect(claims.takePendingRemoval(digest("x")) == false)
  }

  @Test func aFileAboutToBePutInPlaceIsSpared() {
    var claims = ShardClaims()
    #expect(claims.rowRemoved(digest("x")) == true)
    claims.publish(digest("x"))
    #expect(claims.takePendingRemoval(digest("x")) == false)
  }

  @Test func aFileInPlaceBeforeItsRowIsSpared() {
    var claims = ShardClaims()
    claims.publish(digest("x"))
    #expect(claims.isUnrecorded(digest("x")))
    #expect(claims.rowRemoved(digest("x")) == false)
    #expect(claims.takePendingRemoval(digest("x")) == false)
    claims.rowCommitted(digest("x"))
    #expect(!claims.isUnrecorded(digest("x")))
    #expect(claims.rowRemoved(digest("x")) == true)
  }

  @Test func aRowThatComesBackSparesItsFile() {
    var claims = ShardClaims()
    #expect(claims.rowRemoved(digest("x")) == true)
    claims.rowCommitted(digest("x"))
    #expect(claims.takePendingRemoval(digest("x")) == false)
  }

  @Test func aFailedPublicationLeavesNoTrace() {
    var claims = ShardClaims()
    claims.publish(digest("x"))
    claims.withdraw(digest("x"))
    #expect(claims.rowRemoved(digest("x")) == true)
    #expect(claims.takePendingRemoval(digest("x")) == true)
  }
}

@Suite struct IndexFailureTests {
  static let full = StoreError.full(FileFailure(.write, .index, code: ENOSPC))

  @Test(arguments: [
    (MDBCode.mapFull, false, IndexFailure.mapIsFull),
    (MDBCode.panic, false, .fatal),
    (MDBCode.corrupted, false, .fatal),
    (MDBCode.transactionFull, false, .harmless),
    (ENOSPC, false, .diskIsFull(full)),
    (EDQUOT, false, .diskIsFull(.full(FileFailure(.write, .index, code: EDQUOT)))),
    (EIO, true, .diskIsFull(full)),
    (EIO, false, .fatal),
  ]) func engineFailuresMean(code: Int32, diskIsFull: Bool, meaning: IndexFailure) {
    #expect(IndexFailure(StoreError(LMDBError(.commit, code: code)), isDiskFull: { diskIsFull }) == meaning)
  }

  @Test func aRefusedChangeIsHarmless() {
    #expect(IndexFailure(.contentMissing(digest("x")), isDiskFull: { false }) == .harmless)
  }

  /// lmdb.h's return codes.
  enum MDBCode {
    static let mapFull: Int32 = -30_792
    static let transactionFull: Int32 = -30_788
    static let panic: Int32 = -30_795
    static let corrupted: Int32 = -30_796
  }
}

@Suite struct FileSystemKindTests {
  static let mounts = """
    22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
    40 22 0:41 / /data rw,relatime shared:3 master:1 - nfs4 10.0.0.1:/export rw
    41 22 0:42 / /mnt/with\\040space rw - fuse.sshfs host:/ rw
    42 22 0:43 / /short
    43 22 8:1 / /usb rw - fuseblk /dev/sda1 rw
    """

  @Test(arguments: [
    ("254:0", FileSystemKind.local), ("0:41", .remote("nfs4")), ("0:42", .doubtful("fuse.sshfs")),
    ("0:43", .local), ("8:1", .local), ("9:9", .local),
  ]) func theDeviceTells(device: String, kind: FileSystemKind) {
    #expect(FileSystemKind(device: device, mounts: Self.mounts) == kind)
  }
}

@Suite struct FileFailureTests {
  @Test(arguments: [
    (ENOSPC, "no room"), (EDQUOT, "no room"), (EROFS, "may not be written"), (EIO, "device failed"),
    (EACCES, "cannot write a staging file: Permission denied"),
  ]) func codesBecomeErrorsThatSayWhatToDo(code: Int32, text: String) {
    #expect(StoreError(.write, .staging, code: code).description.contains(text))
  }

  @Test func errorsTellWhatACallerMustDo() {
    let failure = { FileFailure(.write, .staging, code: $0) }
    #expect(StoreError(failure(ENOSPC)) == .full(failure(ENOSPC)))
    #expect(StoreError(failure(EROFS)) == .readOnly(failure(EROFS)))
    #expect(StoreError(failure(EIO)) == .device(failure(EIO)))
    #expect(StoreError(failure(EMFILE)) == .system(failure(EMFILE)))
  }
}
