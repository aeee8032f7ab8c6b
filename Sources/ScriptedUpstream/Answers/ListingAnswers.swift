import Foundation
import NIOCore
import NIOHTTP1
import OCI

extension UpstreamState {
  private struct TagListDocument: Encodable {
    var name: String
    var tags: [String]
  }

  /// distribution-spec §Listing Tags, with the quirks of `TagListSettings`.
  func tagListAnswer(_ request: IncomingRequest) -> Answer {
    let name = request.route.repository
    guard let repository = registry.repositories[name] else {
      return .error(404, "NAME_UNKNOWN", "repository name not known to registry")
    }
    let quirks = settings.tags
    var tags = quirks.isUnsorted ? repository.tags.keys.sorted(by: >) : repository.tags.keys.sorted()
    if let last = request.queryValues("last").first {
      tags = tags.filter { quirks.isUnsorted ? $0 < last : $0 > last }
    }
    let asked = quirks.ignoresCount ? nil : request.queryValues("n").first.flatMap { Int($0) }
    let size = min(max(0, asked ?? .max), quirks.pageSize ?? .max)
    var answer = Answer.json(200, TagListDocument(name: name, tags: Array(tags.prefix(size))))
    if size > 0, tags.count > size {
      let next = quirks.link == .loop ? request.target : "\(request.path)?n=\(size)&last=\(tags[size - 1])"
      let base =
        switch quirks.link {
        case .relative, .loop: ""
        case .absolute: url(.registry)
        case .otherHost: url(.recorder)
        }
      answer.headers.add(name: "Link", value: "<\(base)\(next)>; rel=\"next\"")
    }
    return answer
  }

  /// distribution-spec §Listing Referrers: an index, an empty one where there are none; 404 without the API.
  func referrersAnswer(_ request: IncomingRequest) -> Answer {
    guard settings.referrers.isEnabled else { return .text(404, "404 page not found\n") }
    guard let digest = try? Digest(parsing: request.route.reference) else {
      return .error(400, "DIGEST_INVALID", "no digest: \(request.route.reference)")
    }
    var headers: HTTPHeaders = ["Content-Type": ManifestMediaType.ociIndex]
    var found = registry.referrers(of: digest, in: request.route.repository)
    let type = request.queryValues("artifactType").first
    if let type, settings.referrers.filters {
      found = found.filter { $0.artifactType == type }
      headers.add(name: "OCI-Filters-Applied", value: "artifactType")
    }
    let size = max(1, settings.referrers.pageSize ?? .max)
    let start = min(found.count, request.queryValues("start").first.flatMap { Int($0) }.map { max(0, $0) } ?? 0)
    let page = found[start...].prefix(size)
    if page.endIndex < found.count {
      let filter = type.map { "&artifactType=" + Self.queryEncoded($0) } ?? ""
      headers.add(name: "Link", value: "<\(request.path)?start=\(page.endIndex)\(filter)>; rel=\"next\"")
    }
    return Answer(200, headers, body: Body(.bytes(Self.index(of: Array(page)))))
  }

  /// What a fallback tag holds (distribution-spec §Referrers Tag Schema), computed on the spot.
  func fallbackManifest(_ route: Route) -> StoredManifest? {
    let parts = route.reference.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let digest = try? Digest(parsing: "\(parts[0]):\(parts[1])") else { return nil }
    let found = registry.referrers(of: digest, in: route.repository)
    return found.isEmpty ? nil : StoredManifest(bytes: Self.index(of: found), mediaType: ManifestMediaType.ociIndex)
  }

  private static func index(of manifests: [StoredManifest]) -> ByteBuffer {
    let descriptors = manifests.map { manifest in
      DescriptorDocument(
        mediaType: manifest.mediaType,
        digest: manifest.digest.description,
        size: Int64(manifest.bytes.readableBytes),
        artifactType: manifest.artifactType,
        annotations: manifest.annotations.isEmpty ? nil : manifest.annotations
      )
    }
    return WireJSON.encode(ImageIndexDocument(mediaType: ManifestMediaType.ociIndex, manifests: descriptors))
  }

  private static func queryEncoded(_ text: String) -> String {
    var allowed = CharacterSet.urlQueryAllowed
    allowed.remove(charactersIn: "+&=")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? text
  }
}
