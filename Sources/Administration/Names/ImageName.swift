public import OCI
public import PullThrough

/// One image, named in full: `docker.io/library/alpine:3.20`, or with a digest behind `@`.
public struct ImageName: Sendable, Hashable, CustomStringConvertible {
  /// The repository, under its upstream's canonical name.
  public var repository: Repository
  /// A tag or a digest.
  public var reference: Reference

  /// The image of these parts.
  public init(repository: Repository, reference: Reference) {
    (self.repository, self.reference) = (repository, reference)
  }

  /// Reads what engines read too: a name without its registry means the default upstream's, without a tag `latest`. Of
  /// a tag and a digest together the digest counts.
  public init(parsing text: String, among names: UpstreamNames) throws(OperationError) {
    guard !text.isEmpty, text.utf8.count <= 1_024 else { throw .invalid("an image is written like alpine:3.20") }
    var name = text[...]
    var digest: Digest?
    if let at = name.firstIndex(of: "@") {
      digest = try Self.understood(text) { () throws(OCIError) in try Digest(parsing: name[name.index(after: at)...]) }
      name = name[..<at]
    }
    var tag: Tag?
    let slash = name.lastIndex(of: "/") ?? name.startIndex
    if let colon = name[slash...].lastIndex(of: ":") {
      tag = try Self.understood(text) { () throws(OCIError) in try Tag(parsing: name[name.index(after: colon)...]) }
      name = name[..<colon]
    }
    do throws(RoutingError) {
      let segments = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      repository = try names.route(RequestedName(segments: segments)).repository
    } catch {
      switch error {
      case .upstream(let error): throw .upstream(error)
      case .nameInvalid(let reason): throw .invalid("\(excerpt(text)): \(reason)")
      }
    }
    if let digest {
      reference = .digest(digest)
    } else if let tag {
      reference = .tag(tag)
    } else {
      reference = .tag(try Self.understood(text) { () throws(OCIError) in try Tag(parsing: "latest") })
    }
  }

  /// As engines write it.
  public var description: String {
    switch reference {
    case .tag(let tag): "\(repository):\(tag)"
    case .digest(let digest): "\(repository)@\(digest)"
    }
  }

  private static func understood<Value>(
    _ text: String,
    _ parse: () throws(OCIError) -> Value
  ) throws(OperationError) -> Value {
    do throws(OCIError) {
      return try parse()
    } catch {
      throw .invalid("\(excerpt(text)): \(error)")
    }
  }
}
