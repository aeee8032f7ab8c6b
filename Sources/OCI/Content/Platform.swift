/// An operating system and a processor (image-spec §Image Index, `platform`).
///
/// Values read from a document are kept as they were written; compare with `matches`, or normalise first.
public struct Platform: Hashable, Sendable {
  /// `linux`, `windows`, …
  public var os: String
  /// `amd64`, `arm64`, …, in Go's names.
  public var architecture: String
  /// `v7`, `v8`, …
  public var variant: String?
  /// A version of the operating system, as Windows images need it.
  public var osVersion: String?

  /// A platform of these parts, as they are.
  public init(os: String, architecture: String, variant: String? = nil, osVersion: String? = nil) {
    self.os = os
    self.architecture = architecture
    self.variant = variant
    self.osVersion = osVersion
  }

  /// Reads what people write: `linux/arm64/v8`, `linux/amd64`, `windows(10.0.17763)/amd64`, or a processor alone,
  /// which then means Linux. The result is normalised. Nil for anything else.
  public init?(parsing text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard text.utf8.count <= 128, (1...3).contains(parts.count) else { return nil }
    if parts.count == 1 {
      let platform = Platform(os: "linux", architecture: String(parts[0])).normalized
      guard Self.knownArchitectures.contains(platform.architecture) else { return nil }
      self = platform
      return
    }
    guard let (os, version) = Self.parseSystem(parts[0]), parts.dropFirst().allSatisfy(Self.isWord) else { return nil }
    let variant = parts.count == 3 ? String(parts[2]) : nil
    self = Platform(os: os, architecture: String(parts[1]), variant: variant, osVersion: version).normalized
  }

  /// `name` or `name(version)`.
  private static func parseSystem(_ text: Substring) -> (name: String, version: String?)? {
    guard let open = text.firstIndex(of: "(") else { return isWord(text) ? (String(text), nil) : nil }
    let version = text[text.index(after: open)...].dropLast()
    guard text.last == ")", isWord(text[..<open]), isWord(version) else { return nil }
    return (String(text[..<open]), String(version))
  }

  private static func isWord(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0.isAlphanumeric || "._-".utf8.contains($0) }
  }

  private static let knownArchitectures: Set<String> = [
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64",
    "s390x", "wasm",
  ]

  /// The same platform in one spelling, following containerd's rules: `x86_64` is `amd64`, `aarch64` is `arm64/v8`,
  /// `armhf` is `arm/v7`, `armel` is `arm/v6`, `macos` is `darwin`.
  public var normalized: Platform {
    var result = self
    result.os = os.lowercasedASCII
    if result.os == "macos" { result.os = "darwin" }
    let variant = variant.flatMap { $0.isEmpty ? nil : $0.lowercasedASCII }
    let numbered = variant.map { $0.utf8.allSatisfy(\.isDigit) ? "v\($0)" : $0 }
    (result.architecture, result.variant) =
      switch architecture.lowercasedASCII {
      case "x86_64", "x86-64", "amd64": ("amd64", numbered == "v1" ? nil : numbered)
      case "i386", "i486", "i586", "i686": ("386", nil)
      case "aarch64", "arm64": ("arm64", numbered ?? "v8")
      case "armhf": ("arm", "v7")
      case "armel": ("arm", "v6")
      case "arm": ("arm", numbered ?? "v7")
      case let other: (other, variant)
      }
    return result
  }

  /// Whether content for this platform is what someone who asks for `wanted` means.
  ///
  /// Both are normalised. A version of the operating system counts only if `wanted` names one, and then as a prefix:
  /// `10.0.17763` is met by `10.0.17763.1457`.
  public func matches(_ wanted: Platform) -> Bool {
    let (own, wanted) = (normalized, wanted.normalized)
    guard own.os == wanted.os, own.architecture == wanted.architecture, own.variant == wanted.variant else {
      return false
    }
    guard let version = wanted.osVersion, !version.isEmpty else { return true }
    return own.osVersion == version || own.osVersion?.hasPrefix("\(version).") == true
  }
}

extension Platform: CustomStringConvertible {
  /// `os/architecture[/variant]`, with a version in parentheses behind the system.
  public var description: String {
    let system = osVersion.map { "\(os)(\($0))" } ?? os
    return [system, architecture, variant].compactMap { $0 }.joined(separator: "/")
  }
}
