/// What is answered in place of an endpoint, in the form that a listener's clients understand.
struct Refusals: Sendable {
  /// As many requests wait for something as may.
  var overloaded: Reply
  /// The client has asked more than it may in a second.
  var tooManyRequests: @Sendable (_ secondsToWait: Int) -> Reply
}
