import Administration
import HTTPServer
import NIOCore
import NIOHTTP1
import OCI

/// Takes in images for `berth bundle import`. Nothing is known under a name before all of it is here and verified.
///
/// | request | answer |
/// |---|---|
/// | `POST imports/preview`, an import request | what is missing, and which tags would change |
/// | `PUT imports/content/<digest>`, the bytes | 201, or 200 if they were held: on disk, verified |
/// | `POST imports/images`, an import request | 201: tags and grants are on disk |
struct ImportResponder: Sendable {
  let imports: ImportService
  let gate: AdminGate
  let limits: Limits

  private static let prefix = "\(AdminRequest.prefix)imports/"

  /// Whether a request to that target is for this.
  func takes(_ target: String) -> Bool { target.hasPrefix(Self.prefix) }

  /// Answers. A body that is not read to its end ends the connection.
  func respond(to request: Request) async -> Reply {
    if let reason = gate.refusal(of: request) { return AdminError.reply(.forbidden, reason) }
    let path = request.target.dropFirst(Self.prefix.count)
    let content = path.hasPrefix("content/") ? path.dropFirst("content/".count) : nil
    switch (path, request.method) {
    case ("preview", .POST): return await answering(request, preview)
    case ("images", .POST):
      return await answering(request) { order throws(ImportError) in
        try await include(order, from: request.client.address.shown)
      }
    case (_, .PUT) where content != nil:
      guard let digest = try? Digest(parsing: content ?? "") else {
        return AdminError.reply(.badRequest, "what is sent must be named by its digest")
      }
      return await receive(digest, request)
    case ("preview", _), ("images", _):
      return AdminError.reply(.methodNotAllowed, "imports/\(path) takes POST", extra: [("Allow", "POST")])
    default:
      return AdminError.reply(
        .notFound,
        "there are POST imports/preview, PUT imports/content/… and POST imports/images"
      )
    }
  }

  private func answering(
    _ request: Request,
    _ work: (ImportRequest) async throws(ImportError) -> Reply
  ) async -> Reply {
    do {
      let bytes = try await request.stream?.collect(upTo: limits.maxAdminDocumentBytes) ?? ByteBuffer()
      return try await work(try ImportRequest(parsing: bytes, limits: limits))
    } catch {
      return reply(to: error)
    }
  }

  private func preview(_ request: ImportRequest) async throws(ImportError) -> Reply {
    var preview = ImportPreview()
    for image in request.images {
      let repository = try imports.canonical(image.repository)
      for tag in image.tags {
        let old = try await imports.meaning(of: tag, inImported: repository)
        if old != image.digest { preview.tags.append(("\(repository):\(tag)", old, image.digest)) }
      }
    }
    for digest in request.contents {
      if try !imports.holds(digest) { preview.missing.append(digest) }
    }
    return PlainReply.json(preview.json)
  }

  private func include(_ request: ImportRequest, from peer: String?) async throws(ImportError) -> Reply {
    for image in request.images { try await imports.include(image, from: peer) }
    return PlainReply.json(["included": .number(request.images.count)], status: .created)
  }

  private func receive(_ digest: Digest, _ request: Request) async -> Reply {
    guard let size = request.field("content-length").flatMap({ Int64($0) }), (0...limits.maxBlobBytes).contains(size)
    else { return AdminError.reply(.lengthRequired, "content is sent with its Content-Length") }
    do {
      guard let content = try imports.receive(digest, sizeBytes: size) else {
        return PlainReply.json(["held": .bool(true)])
      }
      do {
        if let body = request.stream { for try await piece in body { try await content.append(piece) } }
        try await content.finish()
      } catch {
        content.abandon()
        throw error
      }
      return PlainReply.json(["held": .bool(false)], status: .created)
    } catch {
      return reply(to: error)
    }
  }

  private func reply(to error: any Error) -> Reply {
    switch error {
    case let error as ImportError: AdminError.reply(error.status, "\(error)")
    case let error as OCIError: AdminError.reply(.badRequest, "\(error)")
    case is RequestBody.TooLarge: AdminError.reply(.payloadTooLarge, "the document is too large")
    default: AdminError.reply(.badRequest, "the request broke off")
    }
  }
}

extension ImportError {
  fileprivate var status: HTTPResponseStatus {
    switch self {
    case .upstreamUnknown: .notFound
    case .contentMismatch, .sizeMismatch, .manifestRefused: .unprocessableEntity
    case .incomplete: .conflict
    case .storeFailed: .internalServerError
    }
  }
}
