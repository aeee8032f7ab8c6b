import CSyncFS
import Glibc

/// Making all that was written to a file system durable at once, and whether that is wise.
///
/// `syncfs(2)` costs little more than an `fdatasync` of one small file, however many there are. But it waits for what
/// everybody else has written there, too.
public struct FileSystemSync: Sendable {
  /// Why a sync failed.
  public struct Failure: Error, Equatable {
    /// The `errno`.
    public let code: Int32
  }

  /// Most bytes that may wait for the machine's disks.
  public let maxUnwrittenBytes: Int64
  private let reportsErrors: Bool

  /// - Parameter maxUnwrittenBytes: most bytes that may wait for the machine's disks where a sync is still wise.
  public init(maxUnwrittenBytes: Int64) {
    self.maxUnwrittenBytes = maxUnwrittenBytes
    var system = utsname()
    guard uname(&system) == 0 else {
      reportsErrors = false
      return
    }
    reportsErrors = withUnsafeBytes(of: &system.release) { Self.reportsErrors(release: $0) }
  }

  /// Whether a sync covers little else, and tells when a write before it has failed. Reads `/proc/meminfo`.
  public var isWise: Bool {
    guard reportsErrors, let unwritten = Self.unwrittenBytes() else { return false }
    return unwritten <= maxUnwrittenBytes
  }

  /// Makes durable what was written to the file system that `directory` lies on. Any reported failure is final, even
  /// for another process's write.
  public func run(on directory: Int32) throws(Failure) {
    while syncfs(directory) != 0 {
      guard errno == EINTR else { throw Failure(code: errno) }
    }
  }

  /// Whether `syncfs` of that kernel reports failed writes, which it does since Linux 5.8 (syncfs(2), “Errors”).
  static func reportsErrors(release: some Sequence<UInt8>) -> Bool {
    let numbers = release.prefix { $0 != 0 }.split { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    let version = numbers.prefix(2).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    guard version.count == 2 else { return false }
    return (version[0], version[1]) >= (5, 8)
  }

  /// Bytes that were written and have not reached the disks, as `/proc/meminfo` says; nil if it does not.
  static func unwrittenBytes(in meminfo: String) -> Int64? {
    var kilobytes: [Int64] = []
    for line in meminfo.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 1, words[0] == "Dirty:" || words[0] == "Writeback:" else { continue }
      guard let number = Int64(words[1]), number >= 0, number < 1 << 50 else { return nil }
      kilobytes.append(number)
    }
    return kilobytes.count == 2 ? (kilobytes[0] + kilobytes[1]) * 1024 : nil
  }

  private static func unwrittenBytes() -> Int64? {
    let file = openat(AT_FDCWD, "/proc/meminfo", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    // What is asked for stands within its first KiB.
    guard let text = FileReading.start(of: file, upTo: 4096) else { return nil }
    return unwrittenBytes(in: String(decoding: text, as: UTF8.self))
  }
}
