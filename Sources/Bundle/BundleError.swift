public import OCI

/// Why an archive cannot be written, read or brought in. Texts are for operators and hold no secrets.
public enum BundleError: Error, Sendable, Equatable {
  /// The operating system refuses a file; `reason` is its own.
  case fileFailed(path: String, reason: String)
  /// An import reads its archive twice, so it must be a file.
  case notAFile(path: String)
  /// A directory stands where an archive should.
  case directory(path: String)
  /// The archive itself is refused.
  case refused(TarError)
  /// A tar, but not one of images.
  case notAnArchiveOfImages
  /// An entry that does not belong into an archive of this kind, or belongs to nothing in it.
  case strayEntry(String)
  /// The directory does not hold what a docker-registry stores.
  case notARegistryDirectory(String)
  /// A document of the archive (`index.json`, `manifest.json`, …) is missing.
  case documentMissing(String)
  /// A document of the archive means nothing, or more than one thing.
  case documentRefused(String, reason: String)
  /// Content that the archive's images need is not in it.
  case contentMissing(Digest, neededBy: String)
  /// The bytes are not what their name says.
  case contentDiffers(String, found: Digest)
  /// Lengths, in bytes, that should be one.
  case sizeDiffers(Digest, named: Int64, found: Int64)
  /// Not a name of an image.
  case nameInvalid(String, reason: String)
  /// An image that the archive gives no full name; `label` is what it calls it, if anything.
  case nameMissing(label: String?)
  /// None of an index's images is for a platform that was asked for.
  case platformMissing(String, wanted: [Platform])
  /// Content that increments build upon is neither in the archive nor held.
  case baseMissing(count: Int, examples: [Digest], bases: [Digest])
  /// What is exported cannot be had.
  case exportFailed(String, reason: String)
  /// What is asked for is not there.
  case imageMissing(ImageName)
  /// The Berth that is to take it in refuses.
  case importFailed(String)
  /// No Berth answers.
  case serverUnreachable(String)
}

extension BundleError: CustomStringConvertible {
  /// What is wrong and, where it helps, what to do.
  public var description: String {
    switch self {
    case .fileFailed(let path, let reason): "\(path): \(reason)"
    case .directory(let path):
      "\(path) is a directory: name the archive in it; 'berth import-registry' reads the storage of a docker-registry"
    case .notAFile(let path): "\(path) cannot be read twice, which is needed to check it first: save it to a file"
    case .refused(let error): "refused: \(error)"
    case .notAnArchiveOfImages: "a tar without index.json or manifest.json holds no images"
    case .strayEntry(let name): "refused: “\(PrintableText.excerpt(name))” does not belong into such an archive"
    case .notARegistryDirectory(let path):
      "\(path) is no storage directory of a docker-registry: it lacks docker/registry/v2/repositories; name what the "
        + "registry's configuration calls rootdirectory"
    case .documentMissing(let name): "\(name) is missing"
    case .documentRefused(let name, let reason): "refused: \(name): \(reason)"
    case .contentMissing(let digest, let image): "\(digest) is missing, which \(image) needs"
    case .contentDiffers(let name, let found): "refused: the bytes of \(name) have the digest \(found)"
    case .sizeDiffers(let digest, let named, let found):
      "refused: \(digest) has \(found) bytes, but is named with \(named)"
    case .nameInvalid(let text, let reason): "“\(PrintableText.excerpt(text))” is not the name of an image: \(reason)"
    case .nameMissing(let label):
      "the archive does not say where the image \(label.map { "“\(PrintableText.excerpt($0))” " } ?? "")comes from: "
        + "give it a name with --name REGISTRY/REPOSITORY:TAG"
    case .platformMissing(let name, let wanted):
      "\(name) is not there for \(wanted.map(\.description).joined(separator: ", "))"
    case .baseMissing(let count, let examples, let bases):
      "\(count) contents were left out because an earlier bundle holds them, but Berth does not "
        + "(such as \(examples.map(\.description).joined(separator: ", "))): import that bundle first"
        + (bases.isEmpty ? "" : "; its index.json has the digest \(bases.map(\.description).joined(separator: ", "))")
    case .exportFailed(let name, let reason): "\(name): \(reason)"
    case .imageMissing(let name): "there is no \(name)"
    case .importFailed(let reason), .serverUnreachable(let reason): reason
    }
  }
}
