/// What a rule does to an answer. Every field is one misbehaviour; those that are nil leave the answer as it is.
///
/// Offsets count body bytes of this one answer; a negative one counts from the end (-1 is the last byte). Waits are
/// milliseconds.
public struct Action: Sendable, Codable, Equatable, StrictlyKeyed {
  /// Wait, before the head, until this gate is opened by a release.
  public var hold: String?
  /// Wait before the head, after any hold.
  public var delay: Int?
  /// Wait, after the head and before the body, until this gate is opened by a release.
  public var bodyHold: String?
  /// Wait between head and body, after any hold.
  public var bodyDelay: Int?

  /// Answer with this status and, unless `body` or `endless` says otherwise, an error document.
  public var status: Int?
  /// Answer with this text; the status is 200 unless `status` says otherwise.
  public var body: String?
  /// Answer with a body that never ends; the status is 200 unless `status` says otherwise.
  public var endless: Endless?
  /// Redirect.
  public var redirect: Redirect?
  /// Send the bytes of this other digest, known to the registry, under the name of the one asked for.
  public var serve: String?
  /// How the `Accept` header decides over manifests.
  public var accept: AcceptMode?
  /// Answer 200 with the whole, whatever range is asked for.
  public var ignoreRange: Bool?
  /// Answer a range with another one, this many bytes on, and say so in `Content-Range`.
  public var shiftRange: Int64?

  /// Header fields to set; null takes a field away. Applied last, so that anything can be said falsely.
  public var headers: [String: String?]?
  /// Add one header field with a value of this many bytes.
  public var giantHeader: Int?
  /// Add this many small header fields.
  public var extraHeaders: Int?
  /// Send this many `103 Early Hints` first.
  public var informational: Int?
  /// Send this line, as it stands, in place of the status line.
  public var statusLine: String?

  /// How the body's end is told.
  public var framing: Framing?
  /// Declare a `Content-Length` that is wrong by this much.
  public var lengthError: Int64?
  /// Compress the body (by name: gzip without deflation) and say so in `Content-Encoding`.
  public var gzip: Bool?
  /// Flip every bit of the byte at this offset.
  public var flipByte: Int64?
  /// Append this many bytes to the body; the declared length stays that of the true one.
  public var extraBytes: Int64?

  /// Send no more than this many body bytes a second.
  public var throttle: Int64?
  /// Stop in mid-body.
  public var stall: Stall?
  /// End the connection early.
  public var cut: Cut?
  /// Say `Connection: close`, and close after the answer.
  public var close: Bool?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case hold, delay, bodyHold, bodyDelay
    case status, body, endless, redirect, serve, accept, ignoreRange, shiftRange
    case headers, giantHeader, extraHeaders, informational, statusLine
    case framing, lengthError, gzip, flipByte, extraBytes
    case throttle, stall, cut, close
  }

  /// Leaves the answer as it is.
  public init() {}

  /// Made by setting what is wanted: `Action { $0.status = 500 }`.
  public init(_ set: (inout Action) -> Void) { set(&self) }
}
