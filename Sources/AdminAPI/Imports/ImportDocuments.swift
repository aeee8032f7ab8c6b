import Administration
import NIOCore
import OCI

/// The documents of the import endpoints. What they say is checked by the types that they are read into.
///
/// ```
/// {"images": [{"repository": "docker.io/library/alpine", "tags": ["3.20"], "digest": "sha256:…", "mediaType": "…"}],
///  "contents": ["sha256:…", …]}
/// ```
struct ImportRequest {
  var images: [ImportedImage] = []
  var contents: [Digest] = []

  init(parsing bytes: ByteBuffer, limits: Limits) throws(OCIError) {
    let json = try bytes.withUnsafeReadableBytes { (bytes) throws(OCIError) in
      try StrictJSON.parse(bytes, maxBytes: limits.maxAdminDocumentBytes, limits: limits)
    }
    guard let object = json.object else { throw .invalidManifest("not an object") }
    for image in object["images"]?.array ?? [] { images.append(try Self.image(image)) }
    for digest in object["contents"]?.array ?? [] { contents.append(try Digest(parsing: digest.string ?? "")) }
  }

  private static func image(_ json: JSONValue) throws(OCIError) -> ImportedImage {
    guard let object = json.object, let repository = object["repository"]?.string,
      let mediaType = object["mediaType"]?.string.flatMap({ MediaType(parsing: $0) })
    else { throw .invalidManifest("an image without repository or mediaType") }
    var tags: [Tag] = []
    for tag in object["tags"]?.array ?? [] { tags.append(try Tag(parsing: tag.string ?? "")) }
    return ImportedImage(
      repository: try Repository(parsing: repository),
      tags: tags,
      digest: try Digest(parsing: object["digest"]?.string ?? ""),
      mediaType: mediaType
    )
  }
}

/// `{"missing": ["sha256:…"], "tags": [{"name": "docker.io/library/alpine:3.20", "old": "sha256:…", "new": "sha256:…"}]}`:
/// content that is not held, and tags that do not mean what they will.
struct ImportPreview {
  var missing: [Digest] = []
  var tags: [(name: String, old: Digest?, new: Digest)] = []

  var json: JSONValue {
    let changes = tags.map { change in
      var object = JSONObject()
      object.append("name", .string(change.name))
      if let old = change.old { object.append("old", .string(old.description)) }
      object.append("new", .string(change.new.description))
      return JSONValue.object(object)
    }
    return ["missing": .array(missing.map { .string($0.description) }), "tags": .array(changes)]
  }
}
