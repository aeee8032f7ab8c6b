import ArgumentParser
import AsyncHTTPClient
import Bundle
import NIOCore
import OCI

/// A running Berth that images are brought into, through its admin listener.
struct AdminImportTarget: ImportTarget {
  private let client: AdminClient

  init(_ client: AdminClient) { self.client = client }

  func preview(_ images: [Shipment.Image], contents: [Digest]) async throws(BundleError) -> ImportPreview {
    let answer = try await post("imports/preview", Self.order(images, contents))
    return ImportPreview(
      missing: Set(answer["missing"].list.compactMap { Self.digest($0) }),
      changes: answer["tags"].list.compactMap { change in
        guard let new = Self.digest(change["new"]) else { return nil }
        return .init(name: change["name"].text, old: Self.digest(change["old"]), new: new)
      }
    )
  }

  func send(
    _ digest: Digest,
    _ content: StoredContent,
    sent: @escaping @Sendable (Int64) -> Void
  ) async throws(BundleError) {
    let pieces = ContentPieces(content: content, read: sent)
    do throws(AdminClient.Failure) {
      _ = try await client.put("imports/content/\(digest)", .stream(pieces, length: .known(content.size)))
    } catch {
      // Was it the content, or the way there?
      let found = try Self.hash(content, digest.algorithm)
      guard found == digest else { throw .contentDiffers("\(digest)", found: found) }
      throw Self.failure(error)
    }
  }

  func include(_ image: Shipment.Image) async throws(BundleError) {
    _ = try await post("imports/images", Self.order([image], []))
  }

  private func post(_ path: String, _ body: JSONValue) async throws(BundleError) -> JSONValue {
    do throws(AdminClient.Failure) { return try await client.post(path, body) } catch { throw Self.failure(error) }
  }

  private static func failure(_ failure: AdminClient.Failure) -> BundleError {
    failure.status == ExitStatus.noServer ? .serverUnreachable(failure.reason) : .importFailed(failure.reason)
  }

  private static func digest(_ value: JSONValue) -> Digest? { try? Digest(parsing: value.text) }

  private static func hash(_ content: StoredContent, _ algorithm: DigestAlgorithm) throws(BundleError) -> Digest {
    var running = RunningDigest(algorithm)
    var reader = try content.reader()
    while let piece = try reader.next() { piece.withUnsafeBytes { running.update($0) } }
    return running.finish()
  }

  private static func order(_ images: [Shipment.Image], _ contents: [Digest]) -> JSONValue {
    let images = images.map { image in
      [
        "repository": .string("\(image.repository)"),
        "tags": .array(image.tags.map { .string("\($0)") }),
        "digest": .string("\(image.manifest.digest)"),
        "mediaType": .string("\(image.manifest.mediaType)"),
      ] as JSONValue
    }
    return ["images": .array(images), "contents": .array(contents.map { .string("\($0)") })]
  }
}

/// The bytes of content as the body of a request.
private struct ContentPieces: AsyncSequence, Sendable {
  let content: StoredContent
  /// Told the length of each piece.
  let read: @Sendable (Int64) -> Void

  func makeAsyncIterator() -> Iterator { Iterator(pieces: self) }

  struct Iterator: AsyncIteratorProtocol {
    private static let pieceBytes = 256 << 10

    let pieces: ContentPieces
    private var reader: StoredContent.Reader?

    init(pieces: ContentPieces) { self.pieces = pieces }

    mutating func next() async throws -> ByteBuffer? {
      var reader = try self.reader ?? pieces.content.reader()
      defer { self.reader = reader }
      guard let piece = try reader.next(maxBytes: Self.pieceBytes) else { return nil }
      pieces.read(Int64(piece.count))
      return ByteBuffer(bytes: piece)
    }
  }
}
