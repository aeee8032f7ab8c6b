import NIOHTTP1
import Testing

@testable import Upstream

/// What the network's errors mean for a request.
@Suite struct TransportErrorsTests {
  @Test func aHeadThatIsCutIsALostConnectionAndNoMalformedAnswer() {
    let error = HTTPParserError.invalidEOFState
    #expect(TransportErrors.isConnectionLoss(error))
    #expect(TransportErrors.failure(of: error, during: .head) == .unanswered("connection closed"))
    #expect(TransportErrors.failure(of: error, during: .body) == .interrupted("connection closed"))
  }

  @Test func aMalformedAnswerIsNotAskedForAgain() {
    let error = HTTPParserError.invalidConstant
    #expect(!TransportErrors.isConnectionLoss(error))
    #expect(TransportErrors.failure(of: error, during: .head) == .protocolViolation("not an HTTP answer"))
  }

  @Test(arguments: [
    ("sslError([Error:  EOF during handshake])", "the other side closed the connection during the handshake"),
    (
      "[Error: 268435703 error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER at /a.cc:1]",
      "the other side does not speak TLS"
    ),
    (
      "[Error: 1 error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED]", TLSFailureText.unverified
    ),
    (
      "[Error: 1 error:1000042e:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA at x]",
      "the other side refused it: unknown ca"
    ),
    (
      "[Error: 1 error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE]",
      "the other side refused it: handshake failure"
    ),
    ("error:100000f0:SSL routines:OPENSSL_internal:UNSUPPORTED_PROTOCOL", "the handshake failed: unsupported protocol"),
    ("something else", "the handshake failed"),
  ])
  func aLibrarysTextIsPutIntoWords(_ text: String, _ words: String) {
    #expect(TLSFailureText.reason(text) == words)
  }
}
