import OCI

@testable import Bundle

extension FuzzTarget {
  /// Files that somebody brings.
  static let archives = [
    FuzzTarget("tar") { bytes in
      guard let entries = try? TarReader.entries(of: MemoryBytes(bytes), limits: Limits()) else { return }
      for entry in entries {
        try promise(entry.offset >= 0 && entry.size >= 0, "\(entry) lies somewhere")
        try promise(entry.size <= Int64(bytes.count) - entry.offset, "\(entry) lies in the file")
      }
    },
    FuzzTarget("archive") { bytes in
      guard let archive = try? ImageArchive(MemoryBytes(bytes), limits: Limits()) else { return }
      _ = try? archive.base()
      guard let shipment = try? archive.shipment() else { return }
      try promise(shipment.totalBytes.bytes <= Int64(bytes.count), "nothing is in it that is not in the file")
    },
    FuzzTarget("pax") { bytes in
      guard let records = try? PaxRecords(parsing: bytes) else { return }
      try promise(records.size ?? 0 >= 0, "a size is not negative")
      _ = TarNumber.parse(bytes[...])
    },
    text("traveling-name") { text in
      guard let name = try? Bundle.ImageName(parsing: text) else { return }
      let again = try Bundle.ImageName(parsing: name.description)
      try promise(again == name, "it reads back")
    },
  ]
}
