import Foundation
import LMDB
import OCI

/// A store as a program of schema 2 wrote it: files, and an index whose rows are spelled out here byte by byte, so that what
/// today's code writes is no part of it.
struct OlderStore {
  /// A grant as schema 2 had them: of whatever a manifest named.
  struct Grant {
    var repository: Repository
    var digest: Digest
    /// The length that the manifest named.
    var expectedSize: Int64?
  }

  let path: String
  private var rows: [(table: String, key: String, value: [UInt8])] = []
  private var held: (bytes: Int64, count: Int64) = (0, 0)

  init(at path: String) throws {
    self.path = path
    for folder in ["index", "content", "staging"] {
      try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
    }
  }

  /// Adds content that is held.
  @discardableResult
  mutating func hold(_ bytes: [UInt8], _ mediaType: MediaType? = nil) throws -> Digest {
    let digest = Digest.of(bytes)
    let folder = "\(path)/content/sha256/\(digest.hex.prefix(2))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(digest.hex)"))
    let type: [UInt8] = mediaType.map { [255] + Self.text($0.description) } ?? [0]
    rows.append(("content", "\(digest)", [1] + Self.number(Int64(bytes.count)) + Self.number(Int64(1)) + type))
    rows.append(("recency", "000000000001 \(digest)", []))
    held = (held.bytes + Int64(bytes.count), held.count + 1)
    return digest
  }

  mutating func add(_ grant: Grant) {
    let value = Self.number(grant.expectedSize ?? -1) + Self.number(Int64(5)) + Self.number(UInt32(0))
    rows.append(("grants", "\(grant.repository)@\(grant.digest)", [1] + value))
  }

  mutating func tag(_ repository: Repository, _ tag: String, _ digest: Digest) {
    let value = Self.digest(digest) + Self.number(Int64(5)) + Self.number(Int64(5)) + Self.text("") + [0]
    rows.append(("tags", "\(repository):\(tag)", [1] + value))
  }

  /// What the upstream once said refers to a subject.
  mutating func refer(_ repository: Repository, to subject: Digest, _ referrer: Digest, size: Int64) {
    rows.append(("referrers", "\(repository)@\(subject)", [1] + Self.number(Int64(5))))
    let value = Self.digest(referrer) + Self.number(size) + [255] + Self.text("\(MediaType.ociManifest)")
    rows.append(("referrers", "\(repository)@\(subject)@\(referrer)", [1] + value + [0, 0] + Self.number(UInt16(0))))
  }

  /// Leaves the first grants as a newer program does that was killed while it told them apart.
  mutating func killWhileJudging(after count: Int, earned: (Grant) -> Bool, _ grants: [Grant]) {
    rows.append(("meta", "judging grants", []))
    for grant in grants.prefix(count) where earned(grant) {
      rows.removeAll { $0.table == "grants" && $0.key == "\(grant.repository)@\(grant.digest)" }
      let value = Self.number(Int64(-1)) + Self.number(Int64(5)) + Self.number(UInt32(1))
      rows.append(("grants", "\(grant.repository)@\(grant.digest)", [1] + value))
      rows.append(("grants", "~\(grant.digest) \(grant.repository)", []))
    }
  }

  /// Writes the index.
  func close(schema: UInt32 = 2) throws {
    var options = EnvironmentOptions()
    options.mapBytes = 64 << 20
    let environment = try Environment(openIn: "\(path)/index", options)
    let names = ["content", "recency", "tags", "history", "grants", "referrers", "pins", "meta"]
    let tables = Dictionary(uniqueKeysWithValues: zip(names, try environment.openTables(names)))
    let totals = [1] + Self.number(held.bytes) + Self.number(held.count)
    let meta: [(table: String, key: String, value: [UInt8])] = [
      ("meta", "schema", [1] + Self.number(schema)), ("meta", "totals", totals), ("meta", "closed", []),
    ]
    try environment.write { (transaction) throws(LMDBError) in
      for (table, key, value) in rows + meta {
        guard let table = tables[table] else { continue }
        try transaction.put(table, Array(key.utf8), value)
      }
    }
    environment.close()
  }

  private static func number(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private static func text(_ text: String) -> [UInt8] { number(UInt16(text.utf8.count)) + Array(text.utf8) }

  private static func digest(_ digest: Digest) -> [UInt8] { [1] + digest.withUnsafeBytes { Array($0) } }
}
