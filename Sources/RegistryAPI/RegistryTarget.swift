import HTTPServer
import OCI
import PullThrough

/// What a request target asks for, parsed once; nothing below takes a bare string for a digest, tag or name.
enum RegistryTarget: Equatable {
  case ping
  /// Berth's own token service.
  case token
  /// Something of a repository, by the name that the client has for it.
  case repository(RequestedName, RepositoryOperation)

  enum Failure: Error, Equatable {
    /// No endpoint has such a path.
    case notFound
    case tooLong
    /// No manifest can be named so.
    case noTag(String)
    case invalid(ErrorCode, String)
  }

  /// - Parameters:
  ///   - target: the request target in origin form.
  ///   - host: the `Host` header.
  init(_ target: String, host: String?, limits: Limits) throws(Failure) {
    guard target.utf8.count <= limits.maxRequestTargetBytes else { throw .tooLong }
    let halves = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    let query = try RequestQuery(halves.count > 1 ? halves[1] : Substring("").utf8)
    var segments = try Self.segments(halves[0])
    let prefix = try Self.takePrefix(&segments)
    guard !segments.isEmpty else {
      self = .ping
      return
    }
    if prefix.isEmpty, segments == ["token"] {
      self = .token
      return
    }
    func name(droppingLast count: Int) throws(Failure) -> RequestedName {
      let names = segments.dropLast(count)
      guard !names.isEmpty || !prefix.isEmpty else { throw .notFound }
      return RequestedName(prefix: prefix, segments: Array(names), namespace: query["ns"], host: host)
    }
    self = try Self.endpoint(segments, query, name)
  }

  private static func endpoint(
    _ segments: [String],
    _ query: RequestQuery,
    _ name: (Int) throws(Failure) -> RequestedName
  ) throws(Failure) -> RegistryTarget {
    let last = segments[segments.count - 1]
    let beforeLast = segments.count > 1 ? segments[segments.count - 2] : ""
    if segments.count > 2, segments[segments.count - 3] == "blobs", beforeLast == "uploads" {
      return .repository(try name(3), .upload)
    }
    switch (beforeLast, last) {
    case ("manifests", let reference): return .repository(try name(2), .manifest(try parse(reference: reference)))
    case ("blobs", "uploads"): return .repository(try name(2), .upload)
    case ("blobs", let digest): return .repository(try name(2), .blob(try parse(digest: digest)))
    case ("referrers", let digest):
      let subject = try parse(digest: digest)
      return .repository(try name(2), .referrers(subject, artifactType: query["artifactType"]))
    case ("tags", "list"):
      return .repository(try name(2), .tags(limit: try pageSize(query["n"]), last: query["last"]))
    default: throw .notFound
    }
  }

  /// The decoded segments of a path; a single trailing slash is allowed after `/v2` and `blobs/uploads` only.
  private static func segments(_ path: Substring.UTF8View) throws(Failure) -> [String] {
    guard path.first == UInt8(ascii: "/") else { throw .notFound }
    var segments: [String] = []
    for raw in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      guard let segment = PercentCoding.decode(raw), !segment.utf8.contains(UInt8(ascii: "/")) else {
        throw .invalid(.nameInvalid, "the path is not valid percent-encoded text")
      }
      segments.append(segment)
    }
    let isRoot = segments.count == 2 || segments.count == 3 && segments[1] == "v2"
    if segments.last == "", isRoot || segments.suffix(3).dropLast() == ["blobs", "uploads"] { segments.removeLast() }
    guard !segments.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else { throw .notFound }
    return segments
  }

  /// Takes `v2` off, and the upstream that newer dockerd mirrors put before it.
  private static func takePrefix(_ segments: inout [String]) throws(Failure) -> [String] {
    if segments.first == "v2" {
      segments.removeFirst()
      return []
    }
    guard segments.count >= 2, segments[1] == "v2" else { throw .notFound }
    defer { segments.removeFirst(2) }
    return [segments[0]]
  }

  private static func parse(digest text: String) throws(Failure) -> Digest {
    do throws(OCIError) {
      return try Digest(parsing: text)
    } catch {
      throw .invalid(.digestInvalid, "\(error)")
    }
  }

  private static func parse(reference text: String) throws(Failure) -> Reference {
    do throws(OCIError) {
      return try Reference(parsing: text)
    } catch .invalidTag(let excerpt) {
      throw .noTag(excerpt)
    } catch {
      throw .invalid(error.code, "\(error)")
    }
  }

  private static func pageSize(_ text: String?) throws(Failure) -> Int? {
    guard let text else { return nil }
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      throw .invalid(.unsupported, "the parameter n must be a number")
    }
    // The endpoint has a maximum of its own: a number beyond all bounds means just that.
    return Int(text) ?? .max
  }
}
