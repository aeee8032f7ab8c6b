import BerthConfiguration
import Testing

@Suite struct DurationTextTests {
  @Test(
    arguments: [
      ("0s", .zero), ("500ms", .milliseconds(500)), ("10s", .seconds(10)), ("10m", .seconds(600)),
      ("1h30m", .seconds(5_400)), ("1.5h", .seconds(5_400)), ("2d", .seconds(172_800)),
      ("1d2h3m4s5ms", .milliseconds(93_784_005)),
      ("90m", .seconds(5_400)), ("0.25s", .milliseconds(250)), ("0.0001s", .zero),
      ("36500d", .seconds(36_500 * 86_400)),
    ] as [(String, Duration)]
  )
  func reads(_ text: String, _ duration: Duration) throws {
    #expect(try DurationText.parse(text) == duration)
  }

  @Test(arguments: [
    ("", "such as 10m"), ("soon", "such as 10m"), ("-5m", "such as 10m"), ("10", "lacks a unit"), ("0", "lacks a unit"),
    ("1h30", "lacks a unit"), ("5 m", "unit m: 5m"), ("10min", "did you mean m?"), ("10M", "did you mean m?"),
    ("5 minutes", "unit m: 5m"), ("2 Days", "unit d: 2d"), ("20 millis", "unit ms: 20ms"),
    ("1 fortnight", "without blanks"),
    ("1h 30m", "such as 10m"), ("3 months", "without blanks"), ("7seconds", "did you mean s?"),
    ("10us", "unknown unit 'us'"), ("30m1h", "largest first"), ("1h1h", "largest first"), ("1h ", "such as 10m"),
    ("36501d", "hundred years"), ("9223372036854775807d", "hundred years"), ("99999999999999999999s", "such as 10m"),
  ])
  func refuses(_ text: String, _ reason: String) {
    let error = #expect(throws: InvalidValue.self) { try DurationText.parse(text) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test(arguments: ["0s", "1ms", "999ms", "1s", "1m", "1h30m", "1d", "1d2h3m4s5ms", "36500d"])
  func printsWhatItReads(_ text: String) throws {
    #expect(DurationText.render(try DurationText.parse(text)) == text)
  }

  @Test func printsTheFewestNumbers() {
    #expect(DurationText.render(.seconds(5_400)) == "1h30m")
    #expect(DurationText.render(.microseconds(1_900)) == "1ms")
    #expect(DurationText.render(.seconds(-5)) == "0s")
    #expect(DurationText.render(.seconds(Int64.max)) == "36500d")
  }
}
