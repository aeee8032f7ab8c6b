import NIOCore
import NIOHTTP1

/// Everything that will go over the wire for one answer, and when: the answer with the action worked into it. Pure.
struct DeliveryPlan: Sendable {
  /// The status that the log shows.
  var status: Int
  var hold: String?
  var delay: TimeAmount
  /// The head's bytes, informational answers before it included.
  var head: ByteBuffer
  var bodyHold: String?
  var bodyDelay: TimeAmount
  var body: Body
  var isChunked: Bool
  /// Body bytes a second.
  var throttle: Int64?
  /// With `after` counted from the start.
  var stall: Action.Stall?
  /// With `after` counted from the start; nil is before the head.
  var cut: Action.Cut?
  var closesConnection: Bool

  init(_ answer: Answer, _ action: Action, _ request: IncomingRequest) {
    var body = answer.body
    var headers = answer.headers
    if action.gzip == true {
      body = Body(.bytes(StoredGzip.encode(body.bytes)))
      headers.add(name: "Content-Encoding", value: "gzip")
    }
    let length = body.length
    let framing = action.framing ?? (length == nil ? .chunked : .length)
    let saysClose = action.close == true || framing == .close || !request.isKeepAlive
    if ![204, 304].contains(answer.status) {
      Self.frame(&headers, framing, length: length.map { max(0, $0 + (action.lengthError ?? 0)) })
    }
    if saysClose { headers.add(name: "Connection", value: "close") }
    body.deform(action, length: length ?? 0)
    status = answer.status
    head = Self.head(answer.status, headers, action)
    self.body = request.isHead ? Body() : body
    isChunked = framing == .chunked && !request.isHead
    hold = action.hold
    delay = .milliseconds(Int64(action.delay ?? 0))
    bodyHold = action.bodyHold
    bodyDelay = .milliseconds(Int64(action.bodyDelay ?? 0))
    throttle = action.throttle.map { max(1, $0) }
    let sent = self.body.length ?? .max
    stall = action.stall
    stall?.after = Self.offset(action.stall?.after ?? 0, in: sent)
    cut = action.cut
    cut?.after = action.cut?.after.map { Self.offset($0, in: sent) }
    // A length that promises more than there is must be broken by a close, or the peer would wait for ever.
    closesConnection = saysClose || (action.lengthError ?? 0) > 0
  }

  /// An offset from the start, from one that may count from the end, kept within the body.
  private static func offset(_ offset: Int64, in length: Int64) -> Int64 {
    min(length, max(0, offset < 0 ? length + offset : offset))
  }

  private static func frame(_ headers: inout HTTPHeaders, _ framing: Action.Framing, length: Int64?) {
    switch framing {
    case .chunked: headers.add(name: "Transfer-Encoding", value: "chunked")
    case .close: break
    // An endless body is announced as the longest that there can be.
    case .length: headers.add(name: "Content-Length", value: String(length ?? .max))
    }
  }

  private static func head(_ status: Int, _ headers: HTTPHeaders, _ action: Action) -> ByteBuffer {
    var headers = headers
    for (name, value) in (action.headers ?? [:]).sorted(by: { $0.key < $1.key }) {
      headers.remove(name: name)
      if let value { headers.add(name: name, value: value) }
    }
    var head = ByteBuffer()
    for _ in 0..<max(0, action.informational ?? 0) { head.writeString("HTTP/1.1 103 Early Hints\r\n\r\n") }
    let reason = HTTPResponseStatus(statusCode: status).reasonPhrase
    head.writeString(action.statusLine ?? "HTTP/1.1 \(status) \(reason)")
    head.writeString("\r\n")
    for (name, value) in headers { head.writeString("\(name): \(value)\r\n") }
    for number in 0..<max(0, action.extraHeaders ?? 0) { head.writeString("X-Extra-\(number): \(number)\r\n") }
    if let size = action.giantHeader {
      head.writeString("X-Giant: ")
      head.writeRepeatingByte(UInt8(ascii: "a"), count: max(0, size))
      head.writeString("\r\n")
    }
    head.writeString("\r\n")
    return head
  }
}

extension Body {
  /// Spoils the bytes as an action says. `length` is that of the true body.
  fileprivate mutating func deform(_ action: Action, length: Int64) {
    if let offset = action.flipByte { flip(at: offset < 0 ? length + offset : offset) }
    if let count = action.extraBytes, count > 0 {
      append(.bytes(ByteBuffer(repeating: UInt8(ascii: "x"), count: Int(count))))
    }
  }
}
