import ClientSetup
import Testing

struct LineDifferenceTests {
  @Test(
    arguments: [
      ("", "", []),
      ("a\n", "a\n", []),
      ("", "a\n", ["+a"]),
      ("a\n", "", ["-a"]),
      ("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n", [" b", "-c", "+X", " d"]),
      ("a\nb\nc\nd\n", "a\nb\nc\nd\ne", [" d", "+e"]),
      ("a\nb\nc\nd\ne\nf\ng\n", "b\nc\nd\ne\nf\ng\nh\n", ["-a", " b", " g", "+h"]),
    ]
  )
  func lines(old: String, new: String, expected: [String]) {
    #expect(LineDifference.between(old, new) == expected)
  }
}
