import HTTPServer
import NIOCore
import NIOHTTP1
import OCI

/// The answer that carries content, or a part of it, as the request's conditions and range ask (RFC 9110 §13, §14).
struct ContentReply {
  var digest: Digest
  var sizeBytes: Int64
  /// Those of an answer with the whole of it.
  var headers: HTTPHeaders

  /// - Parameter body: the bytes of a range of the content.
  func reply(to request: Request, body: (Range<Int64>) -> Reply.Body) -> Reply {
    var headers = headers
    if EntityTag.ifNoneMatch(request.headers[canonicalForm: "if-none-match"].map(String.init), names: digest) {
      headers.remove(name: "Content-Length")
      return Reply(status: .notModified, headers: headers, body: .none)
    }
    switch range(of: request) {
    case .whole:
      return Reply(status: .ok, headers: headers, body: body(0..<sizeBytes))
    case .partial(let range):
      headers.replaceOrAdd(name: "Content-Length", value: "\(range.upperBound - range.lowerBound)")
      headers.add(name: "Content-Range", value: "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(sizeBytes)")
      return Reply(status: .partialContent, headers: headers, body: body(range))
    case .several(let ranges):
      let parts = MultipartRanges(
        ranges,
        of: sizeBytes,
        type: headers.first(name: "Content-Type") ?? MediaType.octetStream.description,
        boundary: MultipartRanges.newBoundary()
      )
      headers.replaceOrAdd(name: "Content-Type", value: parts.contentType)
      headers.replaceOrAdd(name: "Content-Length", value: "\(parts.totalBytes)")
      return Reply(status: .partialContent, headers: headers, body: parts.body(of: body(0..<sizeBytes)))
    case .tooMany:
      return ErrorBody(.unsupported, "bad request: more than \(RangeRequest.maxParts) ranges").reply(
        status: .badRequest
      )
    case .unsatisfiable:
      let error = ErrorBody(.unsupported, "the range lies beyond the \(sizeBytes) bytes of \(digest)")
      return error.reply(status: .rangeNotSatisfiable, extra: [("Content-Range", "bytes */\(sizeBytes)")])
    }
  }

  private func range(of request: Request) -> RangeResolution {
    // A range is defined for GET alone (RFC 9110 §14.2).
    // A field that is sent twice is no single range either.
    guard request.method == .GET, request.headers["range"].count == 1, let field = request.field("range"),
      EntityTag.ifRange(request.field("if-range"), names: digest)
    else { return .whole }
    return RangeRequest(header: field).resolve(size: sizeBytes)
  }
}
