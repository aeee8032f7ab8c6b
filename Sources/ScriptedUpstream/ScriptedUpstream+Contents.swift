import NIOCore
import NIOPosix
public import OCI

extension ScriptedUpstream {
  /// Adds a blob of given bytes to some repositories, or to all for nil.
  @discardableResult
  public func addBlob(
    _ bytes: some Sequence<UInt8>,
    to repositories: Set<String>? = nil,
    algorithm: DigestAlgorithm = .sha256
  ) -> Digest {
    addBlob(ByteBuffer(bytes: bytes), to: repositories, algorithm)
  }

  func addBlob(_ buffer: ByteBuffer, to repositories: Set<String>?, _ algorithm: DigestAlgorithm) -> Digest {
    let digest = Digest.of(buffer, algorithm)
    core.withState { $0.registry.add(.memory(buffer), as: digest, to: repositories) }
    return digest
  }

  /// Makes a blob of noise; large ones lie in a file that has no name and goes when the tool does.
  @discardableResult
  public func addBlob(
    _ recipe: GeneratedContent,
    to repositories: Set<String>? = nil
  ) async throws(ScriptedUpstreamError) -> Digest {
    let (content, digest) = try await Self.blocking { () throws(ScriptedUpstreamError) in try recipe.make() }
    core.withState { $0.registry.add(content, as: digest, to: repositories) }
    return digest
  }

  /// Adds a blob whose bytes lie in a file. The file is hashed now and must not change afterwards.
  @discardableResult
  public func addBlob(
    file path: String,
    to repositories: Set<String>? = nil
  ) async throws(ScriptedUpstreamError) -> Digest {
    let (content, digest) = try await Self.blocking { () throws(ScriptedUpstreamError) in
      let content = try Content.file(at: path)
      return (content, content.digest)
    }
    core.withState { $0.registry.add(content, as: digest, to: repositories) }
    return digest
  }

  /// Takes a blob away from one repository, or altogether for nil.
  public func removeBlob(_ digest: Digest, from repository: String? = nil) {
    core.withState { $0.registry.removeBlob(digest, from: repository) }
  }

  /// Adds a manifest, verbatim, and points tags at it. Nothing is checked: it need not even be JSON.
  ///
  /// - Parameter mediaType: what it is served under; the document's own `mediaType` for nil.
  @discardableResult
  public func putManifest(
    _ bytes: some Sequence<UInt8>,
    mediaType: String? = nil,
    in repository: String,
    tags: [String] = [],
    algorithm: DigestAlgorithm = .sha256
  ) -> Digest {
    let manifest = StoredManifest(bytes: ByteBuffer(bytes: bytes), mediaType: mediaType, algorithm: algorithm)
    core.withState { $0.registry.add(manifest, to: repository, tags: tags) }
    return manifest.digest
  }

  /// Takes a tag, or a manifest with all its tags, away from a repository.
  public func removeManifest(_ reference: String, from repository: String) {
    core.withState { state in
      if let digest = try? Digest(parsing: reference) {
        state.registry.removeManifest(digest, from: repository)
      } else {
        state.registry.removeTag(reference, from: repository)
      }
    }
  }

  /// Makes an image and adds it, its blobs to its own repository only.
  @discardableResult
  public func addImage(_ specification: ImageSpecification) async throws(ScriptedUpstreamError) -> ImageDigests {
    let (builder, digests) = try await Self.blocking { () throws(ScriptedUpstreamError) in
      try ImageBuilder.build(specification)
    }
    let tag = specification.tag
    core.withState { state in
      for blob in builder.blobs {
        state.registry.add(blob.content, as: blob.digest, to: [specification.repository])
      }
      for manifest in builder.manifests {
        let isTop = manifest.digest.description == digests.digest
        state.registry.add(manifest, to: specification.repository, tags: isTop ? [tag].compactMap(\.self) : [])
      }
    }
    return digests
  }

  /// Adds what an OCI image layout directory holds; the tags are its `org.opencontainers.image.ref.name` annotations.
  ///
  /// - Returns: the digests of what the tags point at.
  @discardableResult
  public func loadLayout(
    _ directory: String,
    into repository: String
  ) async throws(ScriptedUpstreamError) -> [String: Digest] {
    let layout = try await Self.blocking { () throws(ScriptedUpstreamError) in try LayoutReader.read(directory) }
    core.withState { state in
      for blob in layout.blobs { state.registry.add(blob.content, as: blob.digest, to: [repository]) }
      for (manifest, tags) in layout.manifests { state.registry.add(manifest, to: repository, tags: tags) }
    }
    let tagged = layout.manifests.flatMap { manifest, tags in tags.map { ($0, manifest.digest) } }
    return Dictionary(tagged, uniquingKeysWith: { _, last in last })
  }

  /// Forgets every blob, manifest and tag.
  public func removeContents() { core.withState { $0.registry = Registry() } }

  /// Runs file work on a thread that may block.
  private static func blocking<R: Sendable>(
    _ work: @escaping @Sendable () throws(ScriptedUpstreamError) -> R
  ) async throws(ScriptedUpstreamError) -> R {
    let result: Result<R, ScriptedUpstreamError>
    do {
      result = try await NIOThreadPool.singleton.runIfActive { Result(catching: work) }
    } catch {
      // The singleton pool is never shut down; only a cancelled task comes here.
      throw .invalid("cancelled")
    }
    return try result.get()
  }
}

extension Content {
  /// The SHA-256 of all bytes. Blocking.
  fileprivate var digest: Digest {
    guard case .file(let file) = self else { return Digest.of(bytes) }
    var digest = RunningDigest(.sha256)
    var position: Int64 = 0
    while position < file.size {
      let part = file.read(position..<min(file.size, position + (1 << 20)))
      part.withUnsafeReadableBytes { digest.update($0) }
      guard part.readableBytes > 0 else { break }
      position += Int64(part.readableBytes)
    }
    return digest.finish()
  }
}
