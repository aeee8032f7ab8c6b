import Testing

@testable import BlockingIO

/// Whether small contents are synced as a group.
@Suite struct FileSystemSyncTests {
  @Test(arguments: [
    ("6.1.0-18-amd64", true), ("5.8.0", true), ("5.8", true), ("5.10.0-rc1", true), ("10.0.1", true),
    ("5.7.19", false), ("4.18.0-553.el8.x86_64", false), ("5", false), ("", false), ("next", false),
    ("99999999999999999999.1", false), ("5.8\0.garbage", true),
  ])
  func aKernelThatHidesFailedWritesIsNotTrusted(release: String, expected: Bool) {
    #expect(FileSystemSync.reportsErrors(release: Array(release.utf8)) == expected)
  }

  @Test func whatWaitsForTheDisksIsCounted() {
    let meminfo = "MemTotal: 1 kB\nDirty:   3880 kB\nWriteback:     32 kB\nWritebackTmp:  7 kB\n"
    #expect(FileSystemSync.unwrittenBytes(in: meminfo) == Int64(3_912 * 1_024))
  }

  @Test(arguments: [
    "", "Dirty: 1 kB\n", "Dirty: x kB\nWriteback: 1 kB\n", "Dirty: -1 kB\nWriteback: 1 kB\n",
    "Dirty: 9223372036854775807 kB\nWriteback: 1 kB\n", "Dirty:\nWriteback:\n",
  ])
  func whatTheKernelDoesNotSayIsNotGuessed(meminfo: String) {
    #expect(FileSystemSync.unwrittenBytes(in: meminfo) == nil)
  }

  @Test func muchThatWaitsForTheDisksForbidsIt() {
    #expect(!FileSystemSync(maxUnwrittenBytes: -1).isWise)
  }
}
