import OCI

/// A record as its table keeps it.
protocol IndexRecord {
  /// Written as the first byte. A record of another version is damaged to this program: the schema version in `meta`
  /// is raised with any change that old programs could not read.
  static var version: UInt8 { get }
  init?(_ reader: inout RecordReader)
  func write(to writer: inout RecordWriter)
}

extension IndexRecord {
  static var version: UInt8 { 1 }

  init?(record bytes: UnsafeRawBufferPointer) {
    guard var reader = RecordReader(bytes, version: Self.version) else { return nil }
    self.init(&reader)
  }

  var record: [UInt8] {
    var writer = RecordWriter(version: Self.version)
    write(to: &writer)
    return writer.bytes
  }
}

extension ContentRecord: IndexRecord {
  init?(_ reader: inout RecordReader) {
    guard let size = reader.number(Int64.self), size >= 0, let lastAccess = reader.number(Int64.self),
      let mediaType = reader.mediaType()
    else { return nil }
    self.init(size: size, mediaType: mediaType, lastAccess: lastAccess)
  }

  func write(to writer: inout RecordWriter) {
    writer.append(size)
    writer.append(lastAccess)
    writer.append(mediaType)
  }
}

extension GrantRecord: IndexRecord {
  init?(_ reader: inout RecordReader) {
    // Under schema 2 the length that a manifest had named stood first, and an unused number, always 0, in evidence's place.
    guard reader.number(Int64.self) != nil, let grantedAt = reader.number(Int64.self),
      let evidence = reader.number(UInt32.self).flatMap(Evidence.init)
    else { return nil }
    self.init(grantedAt: grantedAt, evidence: evidence)
  }

  func write(to writer: inout RecordWriter) {
    writer.append(Self.noLength)
    writer.append(grantedAt)
    writer.append(evidence.rawValue)
  }

  private static let noLength: Int64 = -1
}

/// A tag's row: the record, and the repository's name where the key abbreviates it.
struct TagRow: IndexRecord {
  var tag: TagRecord
  var repository: String?

  init(tag: TagRecord, repository: String?) {
    self.tag = tag
    self.repository = repository
  }

  init?(_ reader: inout RecordReader) {
    guard let digest = reader.digest(), let fetchedAt = reader.number(Int64.self),
      let checkedAt = reader.number(Int64.self), let repository = reader.text()
    else { return nil }
    // Records of earlier programs end here.
    let origin = reader.number(UInt8.self).flatMap(TagRecord.Origin.init) ?? .upstream
    tag = TagRecord(digest: digest, fetchedAt: fetchedAt, checkedAt: checkedAt, origin: origin)
    self.repository = repository.isEmpty ? nil : repository
  }

  func write(to writer: inout RecordWriter) {
    writer.append(tag.digest)
    writer.append(tag.fetchedAt)
    writer.append(tag.checkedAt)
    writer.append(repository ?? "")
    writer.append(tag.origin.rawValue)
  }
}

extension TagMove: IndexRecord {
  init?(_ reader: inout RecordReader) {
    guard let digest = reader.digest(), let fetchedAt = reader.number(Int64.self),
      let replacedAt = reader.number(Int64.self)
    else { return nil }
    self.init(digest: digest, fetchedAt: fetchedAt, replacedAt: replacedAt)
  }

  func write(to writer: inout RecordWriter) {
    writer.append(digest)
    writer.append(fetchedAt)
    writer.append(replacedAt)
  }
}

extension StoreTotals: IndexRecord {
  init?(_ reader: inout RecordReader) {
    guard let bytes = reader.number(Int64.self), let count = reader.number(Int64.self) else { return nil }
    self.init(bytes: bytes, count: count)
  }

  func write(to writer: inout RecordWriter) {
    writer.append(bytes)
    writer.append(count)
  }
}

/// When upstream was asked about a subject's referrers; the referrers stand in rows of their own.
struct ReferrersCheck: IndexRecord {
  var checkedAt: Int64

  init(checkedAt: Int64) { self.checkedAt = checkedAt }

  init?(_ reader: inout RecordReader) {
    guard let checkedAt = reader.number(Int64.self) else { return nil }
    self.checkedAt = checkedAt
  }

  func write(to writer: inout RecordWriter) { writer.append(checkedAt) }
}
