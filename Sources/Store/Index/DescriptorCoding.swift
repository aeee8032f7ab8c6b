import OCI

extension Descriptor: IndexRecord {
  init?(_ reader: inout RecordReader) {
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

  func write(to writer: inout RecordWriter) {
    writer.append(digest)
    writer.append(size.bytes)
    writer.append(mediaType)
    writer.append(artifactType)
    Platform.write(platform, to: &writer)
    let annotations = annotations.sorted { $0.key < $1.key }.prefix(Int(UInt16.max))
    writer.append(UInt16(annotations.count))
    for (key, value) in annotations {
      writer.append(key)
      writer.append(value)
    }
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

  fileprivate static func write(_ platform: Platform?, to writer: inout RecordWriter) {
    writer.append(UInt8(platform == nil ? 0 : 1))
    guard let platform else { return }
    writer.append(platform.os)
    writer.append(platform.architecture)
    writer.append(platform.variant ?? "")
    writer.append(platform.osVersion ?? "")
  }
}
