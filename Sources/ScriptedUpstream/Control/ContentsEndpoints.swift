import NIOCore
import OCI

extension ControlInterface {
  private struct BlobOrder: Decodable {
    var generate: GeneratedContent?
    var file: String?
    var repositories: Set<String>?

    enum CodingKeys: String, CodingKey, CaseIterable { case generate, file, repositories }

    init(from decoder: any Decoder) throws {
      let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
      generate = try container.decodeIfPresent(GeneratedContent.self, forKey: .generate)
      file = try container.decodeIfPresent(String.self, forKey: .file)
      repositories = try container.decodeIfPresent(Set<String>.self, forKey: .repositories)
    }
  }

  private struct LayoutOrder: Decodable {
    var directory: String
    var repository: String
  }

  /// `/blobs`, `/manifests`, `/images`, `/layouts`, `/contents`.
  func contents(_ request: ControlRequest) async throws(ScriptedUpstreamError) -> ControlResponse? {
    switch (request.method, request.path[0], request.path.count) {
    case ("PUT", "blobs", 1): return ControlResponse(200, ["digest": try await putBlob(request).description])
    case ("DELETE", "blobs", 2):
      guard let digest = try? Digest(parsing: request.path[1]) else { throw .invalid("no digest: \(request.path[1])") }
      upstream.removeBlob(digest, from: request.query.first("repository"))
      return .done
    case ("PUT", "manifests", 1):
      let digest = upstream.putManifest(
        request.body.readableBytesView,
        mediaType: request.contentType,
        in: try repository(request),
        tags: request.query.values("tag"),
        algorithm: try algorithm(request)
      )
      return ControlResponse(200, ["digest": digest.description])
    case ("DELETE", "manifests", 2):
      upstream.removeManifest(request.path[1], from: try repository(request))
      return .done
    case ("POST", "images", 1): return ControlResponse(200, try await upstream.addImage(request.decode()))
    case ("POST", "layouts", 1):
      let order = try request.decode(LayoutOrder.self)
      let tags = try await upstream.loadLayout(order.directory, into: order.repository)
      return ControlResponse(200, ["tags": tags.mapValues(\.description)])
    case ("DELETE", "contents", 1):
      upstream.removeContents()
      return .done
    default: return nil
    }
  }

  private func putBlob(_ request: ControlRequest) async throws(ScriptedUpstreamError) -> Digest {
    guard request.contentType == "application/json" else {
      let names = Set(request.query.values("repository"))
      return upstream.addBlob(request.body, to: names.isEmpty ? nil : names, try algorithm(request))
    }
    let order = try request.decode(BlobOrder.self)
    switch (order.generate, order.file) {
    case (let recipe?, nil): return try await upstream.addBlob(recipe, to: order.repositories)
    case (nil, let path?): return try await upstream.addBlob(file: path, to: order.repositories)
    default: throw .invalid("a blob needs either 'generate' or 'file'")
    }
  }

  private func algorithm(_ request: ControlRequest) throws(ScriptedUpstreamError) -> DigestAlgorithm {
    guard let name = request.query.first("algorithm") else { return .sha256 }
    guard let known = DigestAlgorithm.allCases.first(where: { $0.name == name }) else {
      throw .invalid("unknown algorithm \(name)")
    }
    return known
  }

  private func repository(_ request: ControlRequest) throws(ScriptedUpstreamError) -> String {
    guard let name = request.query.first("repository") else { throw .invalid("?repository= is missing") }
    return name
  }
}
