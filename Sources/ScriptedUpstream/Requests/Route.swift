import Foundation

/// What a request's target names.
struct Route: Sendable, Equatable {
  var kind: RequestKind
  /// The repository's name; empty where there is none.
  var repository = ""
  /// The tag or digest; empty where there is none.
  var reference = ""

  /// Reads a target's path (no query) as the listener of `origin` understands it.
  init(origin: Origin, method: String, path: String) {
    switch origin {
    case .recorder: self.init(kind: .recorder)
    case .token: self.init(kind: .token)
    case .registry: self.init(registryPath: path, method: method)
    case .storage:
      // A link leads to /signed + the registry's own path.
      let inner = path.hasPrefix(SignedLinks.prefix) ? String(path.dropFirst(SignedLinks.prefix.count)) : path
      self.init(registryPath: inner, method: method)
      kind = .redirectTarget
    }
  }

  init(kind: RequestKind, repository: String = "", reference: String = "") {
    self.kind = kind
    self.repository = repository
    self.reference = reference
  }

  /// The digest whose bytes are asked for, as far as the target tells.
  var digest: String? {
    switch kind {
    case .manifestGet, .manifestHead, .blobGet, .blobHead, .redirectTarget:
      reference.utf8.contains(UInt8(ascii: ":")) ? reference : nil
    case .ping, .tagsList, .referrers, .token, .recorder, .other: nil
    }
  }

  private init(registryPath path: String, method: String) {
    self.init(kind: .other)
    if path == Self.tokenPath {
      kind = .token
      return
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[1] == "v2" else { return }
    if parts.count == 2 || (parts.count == 3 && parts[2].isEmpty) {
      kind = Self.isRead(method) ? .ping : .other
      return
    }
    guard parts.count >= 5, Self.isRead(method) else { return }
    let name = parts[2..<(parts.count - 2)].joined(separator: "/")
    let last = String(parts[parts.count - 1])
    let reference = last.utf8.contains(UInt8(ascii: "%")) ? last.removingPercentEncoding ?? last : last
    switch (parts[parts.count - 2], last) {
    case ("manifests", _):
      self.init(kind: method == "HEAD" ? .manifestHead : .manifestGet, repository: name, reference: reference)
    case ("blobs", _):
      self.init(kind: method == "HEAD" ? .blobHead : .blobGet, repository: name, reference: reference)
    case ("tags", "list"): self.init(kind: .tagsList, repository: name)
    case ("referrers", _): self.init(kind: .referrers, repository: name, reference: reference)
    default: break
    }
  }

  private static func isRead(_ method: String) -> Bool { method == "GET" || method == "HEAD" }

  /// Where the registry origin itself serves tokens, when told to.
  static let tokenPath = "/token"
}
