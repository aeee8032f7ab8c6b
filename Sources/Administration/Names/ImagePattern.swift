import OCI
public import PullThrough

/// Which images are meant: a pattern for `upstream/name:tag`, such as `docker.io/library/alpine:3.*` or `ghcr.io/**`.
///
/// `?` is one character but a slash, `*` any text without a slash, `**` any text. Without a tag, all tags are meant. A
/// name without its registry means the default upstream's, as for engines: `alpine` is `docker.io/library/alpine`. A
/// lone `*` means everything.
public struct ImagePattern: Sendable, Hashable, CustomStringConvertible {
  private static let maxBytes = 512

  /// Registry and name in full, and the tag if it is not any.
  public let description: String
  private let name: GlobPattern
  private let tag: GlobPattern

  /// Reads what an operator writes.
  /// - Parameter names: the upstreams that a name may be meant for.
  public init(parsing text: String, among names: UpstreamNames) throws(OperationError) {
    guard !text.isEmpty, text.utf8.count <= Self.maxBytes, text.utf8.allSatisfy(Self.isAllowed) else {
      throw .invalid("a pattern is written like docker.io/library/alpine:3.* or ghcr.io/**, not \"\(excerpt(text))\"")
    }
    let (nameText, tagText) = Self.split(text)
    let full = names.completed(nameText)
    name = GlobPattern(full)
    tag = GlobPattern(tagText ?? "*")
    description = full + (tagText.map { ":\($0)" } ?? "")
  }

  /// Whether an image is meant; one that is named by its digest never is.
  public func matches(_ image: ImageName) -> Bool {
    guard case .tag(let tag) = image.reference else { return false }
    return name.matches(image.repository.description) && self.tag.matches(tag.description)
  }

  /// Whether it names one repository, without wildcards.
  var isLiteral: Bool { !description.utf8.contains { "*?".utf8.contains($0) } }

  /// What the text of every repository that is meant begins with.
  var repositoryPrefix: String { name.literalPrefix }

  /// A colon behind the last slash divides name and tag; one before it is a port's.
  private static func split(_ text: String) -> (name: Substring, tag: Substring?) {
    let slash = text.lastIndex(of: "/") ?? text.startIndex
    guard let colon = text[slash...].lastIndex(of: ":") else { return (text[...], nil) }
    return (text[..<colon], text[text.index(after: colon)...])
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-:/[]*?".utf8.contains(byte)
    }
  }
}

extension UpstreamNames {
  /// A name, which may hold wildcards, with its registry in front.
  fileprivate func completed(_ text: Substring) -> String {
    if text.allSatisfy({ $0 == "*" }) { return "**" }
    guard let slash = text.firstIndex(of: "/") else {
      return impliesLibrary(defaultUpstream) ? "\(defaultUpstream)/library/\(text)" : "\(defaultUpstream)/\(text)"
    }
    let (first, rest) = (text[..<slash], text[slash...])
    if first.contains(where: { "*?".contains($0) }) { return String(text) }
    if let upstream = canonicalName(first) {
      let isSingle = !rest.dropFirst().contains("/") && !rest.contains("*")
      return isSingle && impliesLibrary(upstream) ? "\(upstream)/library\(rest)" : "\(upstream)\(rest)"
    }
    return first.contains(where: { ".:".contains($0) }) ? String(text) : "\(defaultUpstream)/\(text)"
  }
}
