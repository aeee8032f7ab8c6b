import Testing

@testable import HTTPServer

@Suite("The Date of answers")
struct DateFieldTests {
  @Test(
    "Follows the clock, also when it is set back",
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (784_111_778, "Sun, 06 Nov 1994 08:49:38 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    ]
  )
  func follows(second: Int64, text: String) { #expect(DateField.text(at: second) == text) }
}
