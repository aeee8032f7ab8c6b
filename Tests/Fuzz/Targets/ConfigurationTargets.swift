import OCI

@testable import BerthConfiguration

extension FuzzTarget {
  /// The configuration and the texts in it.
  static let configuration = [
    FuzzTarget("configuration") { bytes in
      guard let text = String(validating: bytes, as: UTF8.self) else { return }
      let probe = FileProbe { _ in nil }
      let read = { (text: String) throws(ConfigurationError) in
        try ConfigurationFile.parse(SourceFile(text: text), file: "berth.yaml", probe: probe)
      }
      guard let configuration = try? read(text) else { return }
      let shown = configuration.describe()
      let again = try read(shown)
      try promise(again.describe() == shown, "what is printed is read back")
    },
    text("duration") { text in
      guard let duration = try? DurationText.parse(text) else { return }
      try promise((.zero ... .seconds(100 * 365 * 86_400)).contains(duration), "\(duration) is within a hundred years")
      let again = try DurationText.parse(DurationText.render(duration))
      try promise(again == duration, "it reads back")
    },
    text("byte-size") { text in
      if let size = try? ByteSize(parsing: text) {
        let again = try ByteSize(parsing: size.description)
        try promise(again == size && size.bytes >= 0, "it reads back")
      }
      if let capacity = try? Capacity(parsing: text) {
        let again = try Capacity(parsing: "\(capacity)")
        try promise(again == capacity, "a capacity reads back")
      }
      if let address = try? ListenAddress(parsing: text) {
        let again = try ListenAddress(parsing: "\(address)")
        try promise(again == address, "an address reads back")
      }
    },
  ]
}
