import HTTPServer
import PullThrough

extension EventLoopLoad {
  /// The answer to a request that can wait; nil if it need not.
  func turnAway() -> Reply? {
    guard isShedding else { return nil }
    countShed()
    return ErrorReply.reply(to: PullThroughError.busy(.processors))
  }
}

extension HostRule {
  /// Why a request is refused; nil if it may be answered.
  /// - Parameter upstreams: whose `hosts` are names of this Berth.
  func refusal(of host: String?, among upstreams: UpstreamNames) -> String? {
    refusal(of: host) { upstreams.isMappedHost($0) }
  }
}
