import AsyncHTTPClient
import Bundle
import NIOCore
import NIOHTTP1
import OCI
import Upstream

/// Images as a running Berth serves them to engines.
struct RegistryImageSource: ImageSource {
  private let registry: AdminTarget
  private let limits: Limits
  private let client = HTTPClient.forCommands

  /// A miss is answered when upstream has answered, which a rate limit may put off.
  private static let timeout = TimeAmount.minutes(10)

  private static let maxErrorBytes = 64 << 10

  init(_ registry: AdminTarget, limits: Limits) {
    (self.registry, self.limits) = (registry, limits)
  }

  func manifest(_ reference: Reference, in repository: Repository) async throws(BundleError) -> SourceManifest? {
    let path = "manifests/\(reference)"
    guard let answer = try await get(path, of: repository, accept: MediaType.manifestAccept) else { return nil }
    let bytes = try await collect(answer, path, repository)
    guard let mediaType = answer.headers.first(name: "content-type").flatMap({ MediaType(parsing: $0) }) else {
      throw .exportFailed("\(repository)", reason: "\(registry.shown) serves \(reference) without a media type")
    }
    let named: Digest? =
      if case .digest(let digest) = reference { digest } else {
        answer.headers.first(name: "docker-content-digest").flatMap { try? Digest(parsing: $0) }
      }
    let found = bytes.withUnsafeBytes { all in
      var running = RunningDigest(named?.algorithm ?? .sha256)
      running.update(all)
      return running.finish()
    }
    guard named == nil || named == found else { throw .contentDiffers("\(named ?? found)", found: found) }
    return SourceManifest(digest: found, mediaType: mediaType, bytes: bytes)
  }

  func tags(in repository: Repository) async throws(BundleError) -> Set<Tag> {
    guard let answer = try await get("tags/list", of: repository) else { return [] }
    let document = try await json(answer, "tags/list", repository)
    return Set(document["tags"].list.compactMap { try? Tag(parsing: $0.text) })
  }

  func referrers(of subject: Digest, in repository: Repository) async throws(BundleError) -> [Descriptor] {
    let path = "referrers/\(subject)"
    guard let answer = try await get(path, of: repository) else { return [] }
    let bytes = try await collect(answer, path, repository)
    do throws(OCIError) {
      return try bytes.withUnsafeBytes { (bytes) -> Result<[Descriptor], OCIError> in
        Result { () throws(OCIError) in
          try Manifest.parse(bytes, declared: .ociIndex, limits: limits).manifests
        }
      }.get()
    } catch {
      throw .documentRefused(path, reason: "\(error)")
    }
  }

  func blob(
    _ digest: Digest,
    in repository: Repository,
    take: (UnsafeRawBufferPointer) throws(BundleError) -> Void
  ) async throws(BundleError) -> Bool {
    guard let answer = try await get("blobs/\(digest)", of: repository) else { return false }
    do {
      for try await piece in answer.body { try piece.withUnsafeReadableBytes { try take($0) } }
    } catch let error as BundleError {
      throw error
    } catch {
      throw .exportFailed("\(repository)@\(digest)", reason: "it broke off: \(ConnectionFailureText.reason(error))")
    }
    return true
  }

  /// - Returns: nil for a 404.
  private func get(
    _ path: String,
    of repository: Repository,
    accept: String? = nil
  ) async throws(BundleError) -> HTTPClientResponse? {
    var request = HTTPClientRequest(
      url: "\(registry.baseURL)/v2/\(repository.upstream)/\(repository.name)/\(path)"
    )
    if let accept { request.headers.add(name: "Accept", value: accept) }
    let answer: HTTPClientResponse
    do {
      answer = try await client.execute(request, timeout: Self.timeout)
    } catch {
      throw .serverUnreachable(
        "no Berth answers at \(registry.shown) (from \(registry.origin)): \(ConnectionFailureText.reason(error)); say where it "
          + "serves the registry with --from HOST:PORT"
      )
    }
    if answer.status == .notFound {
      guard answer.headers.first(name: "docker-distribution-api-version") != nil else {
        throw .serverUnreachable(
          "what answers at \(registry.shown) (from \(registry.origin)) is no registry; is that the admin listener? Say where "
            + "Berth serves the registry with --from HOST:PORT"
        )
      }
      return nil
    }
    guard answer.status == .ok else {
      throw .exportFailed("\(repository) \(path)", reason: await Self.reason(of: answer))
    }
    return answer
  }

  /// What the registry says is wrong (distribution-spec §Error Codes).
  private static func reason(of answer: HTTPClientResponse) async -> String {
    let body = try? await answer.body.collect(upTo: maxErrorBytes)
    let limits = Limits()
    let document = body.flatMap { body in
      try? StrictJSON.parse(Array(body.readableBytesView), maxBytes: maxErrorBytes, limits: limits)
    }
    let error = document?["errors"].list.first ?? .null
    let message = [error["code"].text, error["message"].text].filter { !$0.isEmpty }.joined(separator: ": ")
    return message.isEmpty ? "it is answered with \(answer.status.code)" : message
  }

  private func collect(
    _ answer: HTTPClientResponse,
    _ path: String,
    _ repository: Repository
  ) async throws(BundleError) -> [UInt8] {
    do {
      return Array(try await answer.body.collect(upTo: limits.maxManifestBytes).readableBytesView)
    } catch {
      throw .exportFailed("\(repository) \(path)", reason: "it broke off, or is larger than such a document may be")
    }
  }

  private func json(
    _ answer: HTTPClientResponse,
    _ path: String,
    _ repository: Repository
  ) async throws(BundleError) -> JSONValue {
    let bytes = try await collect(answer, path, repository)
    do throws(OCIError) {
      return try StrictJSON.parse(bytes, maxBytes: limits.maxManifestBytes, limits: limits)
    } catch {
      throw .documentRefused(path, reason: "\(error)")
    }
  }
}
