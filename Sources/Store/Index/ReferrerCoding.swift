public import OCI

extension Referrer {
  /// The version of rows that hold the whole description, as the JSON that it came as.
  private static let version: UInt8 = 2

  /// Reads a row. Rows of earlier programs hold what Berth had understood of the description, and nothing else of it.
  init?(stored bytes: UnsafeRawBufferPointer) {
    guard bytes.first == Self.version else {
      guard var reader = RecordReader(bytes, version: 1), let descriptor = Descriptor(&reader) else { return nil }
      self.init(descriptor)
      return
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
    // It was bounded when it was taken from upstream, perhaps by another Berth's limits.
    var limits = Limits()
    limits.maxBlobBytes = .max
    limits.maxJSONNameBytes = .max
    guard let json = try? StrictJSON.parse(text, maxBytes: text.count, limits: limits),
      let referrer = try? Referrer(json: json, limits: limits)
    else { return nil }
    self = referrer
  }

  /// The row's bytes.
  var stored: [UInt8] {
    var bytes = [Self.version]
    JSONText.append(.object(json), to: &bytes)
    return bytes
  }
}

extension Descriptor {
  fileprivate init?(_ reader: inout RecordReader) {
    guard let digest = reader.digest(), let size = reader.number(Int64.self),
      case .some(.some(let mediaType)) = reader.mediaType(), let artifactType = reader.mediaType(),
      let platform = Platform.read(from: &reader), let annotations = Self.readAnnotations(from: &reader)
    else { return nil }
    self.init(
      mediaType: mediaType,
      digest: digest,
      size: RemoteSize(clamping: size),
      artifactType: artifactType,
      annotations: annotations,
      platform: platform
    )
  }

  private static func readAnnotations(from reader: inout RecordReader) -> [String: String]? {
    guard let count = reader.number(UInt16.self) else { return nil }
    var annotations: [String: String] = [:]
    for _ in 0..<count {
      guard let key = reader.text(), let value = reader.text() else { return nil }
      annotations[key] = value
    }
    return annotations
  }
}

extension Platform {
  /// A platform that may be missing: `.some(nil)` says that there is none. An empty text stands for a missing part.
  fileprivate static func read(from reader: inout RecordReader) -> Platform?? {
    guard let isPresent = reader.number(UInt8.self) else { return nil }
    guard isPresent == 1 else { return .some(nil) }
    guard let os = reader.text(), let architecture = reader.text(), let variant = reader.text(),
      let osVersion = reader.text()
    else { return nil }
    return Platform(
      os: os,
      architecture: architecture,
      variant: variant.isEmpty ? nil : variant,
      osVersion: osVersion.isEmpty ? nil : osVersion
    )
  }
}

/// The manifests that refer to a subject, as upstream last said.
public struct ReferrersRecord: Sendable, Equatable {
  /// The referrers, by digest.
  public var referrers: [Referrer]
  /// When upstream was last asked, in seconds since 1970.
  public var checkedAt: Int64

  /// A record of these values.
  public init(referrers: [Referrer], checkedAt: Int64) {
    self.referrers = referrers
    self.checkedAt = checkedAt
  }
}
