import NIOCore
import OCI

/// Makes the documents and blobs of an `ImageSpecification`, to be added to a registry in one step.
struct ImageBuilder {
  private let specification: ImageSpecification
  private(set) var blobs: [(digest: Digest, content: Content)] = []
  private(set) var manifests: [StoredManifest] = []

  private init(_ specification: ImageSpecification) { self.specification = specification }

  /// Makes all of it. Blocking: layers are generated and hashed.
  static func build(
    _ specification: ImageSpecification
  ) throws(ScriptedUpstreamError) -> (builder: ImageBuilder, digests: ImageDigests) {
    guard !specification.platforms.isEmpty else { throw .invalid("an image needs a platform") }
    var builder = ImageBuilder(specification)
    var images: [ImageDigests.PlatformImage] = []
    var descriptors: [DescriptorDocument] = []
    for (number, platform) in specification.platforms.enumerated() {
      let (image, descriptor) = try builder.addPlatform(platform, number: UInt64(number))
      images.append(image)
      descriptors.append(descriptor)
    }
    let top = descriptors.count == 1 ? descriptors[0] : builder.addIndex(descriptors)
    var referrers: [String] = []
    for referrer in specification.referrers { referrers.append(try builder.add(referrer, subject: top)) }
    let digests = ImageDigests(
      repository: specification.repository,
      tag: specification.tag,
      digest: top.digest,
      index: descriptors.count == 1 ? nil : top.digest,
      manifests: images,
      referrers: referrers
    )
    return (builder, digests)
  }

  private var isDocker: Bool { specification.schema == .docker }

  private mutating func addPlatform(
    _ platform: String,
    number: UInt64
  ) throws(ScriptedUpstreamError) -> (ImageDigests.PlatformImage, DescriptorDocument) {
    let parts = platform.split(separator: "/").map(String.init)
    guard parts.count == 2 || parts.count == 3 else { throw .invalid("'\(platform)' is no os/architecture[/variant]") }
    let variant = parts.count == 3 ? parts[2] : nil
    var layers: [DescriptorDocument] = []
    for layer in specification.layers {
      // Other platforms have other bytes of the same size.
      let recipe = GeneratedContent(size: layer.size, seed: layer.seed &+ number &* 1_000_003)
      let type =
        isDocker ? "application/vnd.docker.image.rootfs.diff.tar" : "application/vnd.oci.image.layer.v1.tar"
      layers.append(try add(recipe, mediaType: type))
    }
    let rootFilesystem = ImageConfigDocument.RootFilesystem(diff_ids: layers.map(\.digest))
    let config = add(
      WireJSON.encode(
        ImageConfigDocument(architecture: parts[1], os: parts[0], variant: variant, rootfs: rootFilesystem)
      ),
      mediaType: isDocker
        ? "application/vnd.docker.container.image.v1+json" : "application/vnd.oci.image.config.v1+json"
    )
    let type = isDocker ? ManifestMediaType.dockerManifest : ManifestMediaType.ociManifest
    var descriptor = addManifest(ImageManifestDocument(mediaType: type, config: config, layers: layers), type)
    descriptor.platform = .init(os: parts[0], architecture: parts[1], variant: variant)
    let image = ImageDigests.PlatformImage(
      platform: platform,
      manifest: descriptor.digest,
      config: config.digest,
      layers: layers.map(\.digest)
    )
    return (image, descriptor)
  }

  private mutating func addIndex(_ descriptors: [DescriptorDocument]) -> DescriptorDocument {
    let type = isDocker ? ManifestMediaType.dockerList : ManifestMediaType.ociIndex
    return addManifest(ImageIndexDocument(mediaType: type, manifests: descriptors), type)
  }

  private mutating func add(
    _ referrer: ImageSpecification.Referrer,
    subject: DescriptorDocument
  ) throws(ScriptedUpstreamError) -> String {
    var subject = subject
    subject.platform = nil
    let config = add(ByteBuffer(string: "{}"), mediaType: "application/vnd.oci.empty.v1+json")
    let layer = try add(referrer.layer, mediaType: "application/octet-stream")
    let manifest = ImageManifestDocument(
      mediaType: ManifestMediaType.ociManifest,
      artifactType: referrer.artifactType,
      config: config,
      layers: [layer],
      subject: subject,
      annotations: referrer.annotations.isEmpty ? nil : referrer.annotations
    )
    return addManifest(manifest, ManifestMediaType.ociManifest).digest
  }

  private mutating func add(
    _ recipe: GeneratedContent,
    mediaType: String
  ) throws(ScriptedUpstreamError) -> DescriptorDocument {
    let (content, digest) = try recipe.make()
    blobs.append((digest, content))
    return DescriptorDocument(mediaType: mediaType, digest: digest.description, size: recipe.size)
  }

  private mutating func add(_ bytes: ByteBuffer, mediaType: String) -> DescriptorDocument {
    let digest = Digest.of(bytes)
    blobs.append((digest, .memory(bytes)))
    return DescriptorDocument(mediaType: mediaType, digest: digest.description, size: Int64(bytes.readableBytes))
  }

  private mutating func addManifest(_ document: some Encodable, _ mediaType: String) -> DescriptorDocument {
    let manifest = StoredManifest(bytes: WireJSON.encode(document), mediaType: mediaType)
    manifests.append(manifest)
    return DescriptorDocument(
      mediaType: mediaType,
      digest: manifest.digest.description,
      size: Int64(manifest.bytes.readableBytes)
    )
  }
}
