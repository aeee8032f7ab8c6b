import NIOHTTP1
import Testing

@testable import Upstream

/// What the network's errors mean for a request.
@Suite struct TransportErrorsTests {
  @Test func aHeadThatIsCutIsALostConnectionAndNoMalformedAnswer() {
    let error = HTTPParserError.invalidEOFState
    #expect(TransportErrors.isConnectionLoss(error))
    #expect(TransportErrors.failure(of: error, during: .head) == .unreachable("connection closed"))
    #expect(TransportErrors.failure(of: error, during: .body) == .interrupted("connection closed"))
  }

  @Test func aMalformedAnswerIsNotAskedForAgain() {
    let error = HTTPParserError.invalidConstant
    #expect(!TransportErrors.isConnectionLoss(error))
    #expect(TransportErrors.failure(of: error, during: .head) == .protocolViolation("not an HTTP answer"))
  }
}
