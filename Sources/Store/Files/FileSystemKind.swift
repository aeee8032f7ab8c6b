import Glibc

/// What a file system is good for, by the name of its type.
enum FileSystemKind: Equatable {
  /// Nothing is known against it.
  case local
  /// File locks and shared maps are not dependable; a store is refused.
  case remote(String)
  /// It may do or not, depending on what is behind; worth a warning.
  case doubtful(String)

  /// Judges by the type's name in mountinfo.
  init(type: some StringProtocol) {
    switch type {
    case "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs": self = .remote(String(type))
    case "ceph", "overlay", "glusterfs", "lustre", "vboxsf": self = .doubtful(String(type))
    default: self = type.hasPrefix("fuse") && type != "fuseblk" ? .doubtful(String(type)) : .local
    }
  }

  /// Judges the file system of a device by the lines of proc_pid_mountinfo(5):
  /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`; one that is not listed counts as local.
  init(device: String, mounts: String) {
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 2, fields[2] == device, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
      else { continue }
      self.init(type: fields[dash + 1])
      return
    }
    self = .local
  }

  /// Judges the file system of an open directory; one that cannot be asked counts as local.
  init(of directory: Int32) {
    guard let status = try? Files.status(of: directory, .store), let mounts = Self.mounts() else {
      self = .local
      return
    }
    let device = UInt64(status.st_dev)
    // gnu_dev_major(3) and gnu_dev_minor(3).
    let major = (device >> 8 & 0xFFF) | (device >> 32 & ~0xFFF)
    let minor = (device & 0xFF) | (device >> 12 & ~0xFF)
    self.init(device: "\(major):\(minor)", mounts: mounts)
  }

  private static func mounts() -> String? {
    let raw = Files.retrying { open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC) }
    guard raw >= 0 else { return nil }
    let file = OwnedDescriptor(owning: raw)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Files.retrying { read(file.raw, &chunk, chunk.count) }
      guard count > 0, bytes.count < 16 << 20 else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(contentsOf: chunk.prefix(count))
    }
  }
}
