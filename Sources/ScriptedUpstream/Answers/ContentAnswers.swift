import NIOCore
import NIOHTTP1
import OCI

extension UpstreamState {
  func blobAnswer(_ request: IncomingRequest, _ action: Action) -> Answer {
    let route = request.route
    guard let digest = try? Digest(parsing: route.reference) else {
      return .error(400, "DIGEST_INVALID", "no digest: \(route.reference)")
    }
    guard let content = registry.blob(digest, in: route.repository) else {
      return .error(404, "BLOB_UNKNOWN", "blob unknown to registry")
    }
    return rangedAnswer(request, action, content, digest: digest)
  }

  /// Answers with a blob or a part of it. RFC 9110 §14.2: HEAD takes no notice of `Range`; §13.1.5: neither does a GET
  /// whose `If-Range` names something else.
  private func rangedAnswer(_ request: IncomingRequest, _ action: Action, _ held: Content, digest: Digest) -> Answer {
    let content = substitute(action) ?? held
    let name = digest.description
    var headers = contentHeaders(digest: name, type: "application/octet-stream")
    headers.add(name: "Accept-Ranges", value: "bytes")
    if isUnchanged(request, digest: name) { return Answer(304, headers, digest: name) }
    let ifRange = request.headers.first(name: "If-Range")
    let takesRange = !request.isHead && action.ignoreRange != true && (ifRange == nil || ifRange == "\"\(name)\"")
    let asked = ByteRange(takesRange ? request.headers.first(name: "Range") : nil, size: content.size)
    switch asked.shifted(by: action.shiftRange ?? 0, size: content.size) {
    case .whole:
      return Answer(200, headers, body: Body(content.piece(0..<content.size)), digest: name)
    case .part(let range):
      let told = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(content.size)"
      headers.add(name: "Content-Range", value: told)
      return Answer(206, headers, body: Body(content.piece(range)), digest: name)
    case .unsatisfiable:
      headers.add(name: "Content-Range", value: "bytes */\(content.size)")
      return Answer(416, headers, digest: name)
    }
  }

  mutating func manifestAnswer(_ request: IncomingRequest, _ action: Action, credential: String) -> Answer {
    guard let manifest = manifest(request, action) else {
      return .error(404, "MANIFEST_UNKNOWN", "manifest unknown")
    }
    // Docker Hub counts what it serves to a GET; a HEAD only tells (facts: "Version checks do not count").
    if !request.isHead, !limiter.take(settings.rateLimit, credential: credential) {
      return limitedAnswer(credential)
    }
    let name = manifest.digest.description
    var headers = contentHeaders(digest: name, type: manifest.mediaType)
    headers.add(contentsOf: limiter.headers(settings.rateLimit, credential: credential))
    if isUnchanged(request, digest: name) { return Answer(304, headers, digest: name) }
    return Answer(200, headers, body: Body(.bytes(substitute(action)?.bytes ?? manifest.bytes)), digest: name)
  }

  private func limitedAnswer(_ credential: String) -> Answer {
    let message = "You have reached your pull rate limit. https://www.docker.com/increase-rate-limit"
    var answer = Answer.error(429, "TOOMANYREQUESTS", message)
    answer.headers.add(contentsOf: limiter.headers(settings.rateLimit, credential: credential))
    if let retryAfter = settings.rateLimit.retryAfter { answer.headers.add(name: "Retry-After", value: retryAfter) }
    return answer
  }

  /// The manifest that a request is to be answered with, after negotiation.
  private func manifest(_ request: IncomingRequest, _ action: Action) -> StoredManifest? {
    let route = request.route
    guard let manifest = registry.manifest(route.reference, in: route.repository) else {
      return settings.referrers.hasFallbackTags ? fallbackManifest(route) : nil
    }
    let types = request.headers[canonicalForm: "Accept"].map { field in
      field.prefix { $0 != ";" }.trimmingPrefix { $0 == " " }.lowercased()
    }
    guard let mode = action.accept, !types.contains(manifest.mediaType) else { return manifest }
    switch mode {
    case .strict: return nil
    case .platform:
      let child = manifest.children.first { $0.platform == "linux/amd64" }
      return child.flatMap { registry.manifest($0.digest, in: route.repository) } ?? manifest
    }
  }

  /// Answers at the storage origin, to the holder of a link.
  mutating func storageAnswer(_ request: IncomingRequest, _ action: Action, now: UInt64) -> Answer {
    if settings.storageRefusesAuthorization, request.headers.contains(name: "Authorization") {
      return storageError(400, "InvalidArgument", "Only one auth mechanism allowed")
    }
    switch links.use(path: request.path, signature: request.queryValues("X-Amz-Signature").first, now: now) {
    case .unknown: return storageError(403, "SignatureDoesNotMatch", "The signature does not match")
    case .expired: return storageError(403, "AccessDenied", "Request has expired")
    case .good: break
    }
    let route = request.route
    if let digest = try? Digest(parsing: route.reference), let content = registry.blob(digest, in: route.repository) {
      return rangedAnswer(request, action, content, digest: digest)
    }
    guard request.path.contains("/manifests/"), let manifest = manifest(request, action) else {
      return storageError(404, "NoSuchKey", "The specified key does not exist.")
    }
    let headers = contentHeaders(digest: manifest.digest.description, type: manifest.mediaType)
    let bytes = substitute(action)?.bytes ?? manifest.bytes
    return Answer(200, headers, body: Body(.bytes(bytes)), digest: manifest.digest.description)
  }

  private func storageError(_ status: Int, _ code: String, _ message: String) -> Answer {
    let document =
      #"<?xml version="1.0" encoding="UTF-8"?><Error><Code>\#(code)</Code><Message>\#(message)</Message></Error>"#
    return .text(status, document, type: "application/xml")
  }

  private func contentHeaders(digest: String, type: String) -> HTTPHeaders {
    ["Content-Type": type, "Docker-Content-Digest": digest, "ETag": "\"\(digest)\""]
  }

  private func isUnchanged(_ request: IncomingRequest, digest: String) -> Bool {
    request.headers[canonicalForm: "If-None-Match"].contains { $0 == "\"\(digest)\"" || $0 == "*" }
  }

  /// The content that a rule sends in place of the true one: a blob or manifest of any repository.
  private func substitute(_ action: Action) -> Content? {
    guard let digest = action.serve.flatMap({ try? Digest(parsing: $0) }) else { return nil }
    if let blob = registry.blobs[digest] { return blob.content }
    return registry.repositories.values.lazy.compactMap { $0.manifests[digest] }.first.map { .memory($0.bytes) }
  }
}
