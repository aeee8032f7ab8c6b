/// Dates of HTTP fields (RFC 9110 §5.6.7), as seconds since 1970 in UTC.
public enum HTTPDate {
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

  /// Reads `Sun, 06 Nov 1994 08:49:37 GMT` and the two obsolete forms, `Sunday, 06-Nov-94 08:49:37 GMT` and
  /// `Sun Nov  6 08:49:37 1994`. The day of the week is not checked. Nil for anything else.
  public static func parse(_ text: some StringProtocol) -> Int64? {
    let words = text.utf8.prefix(64).map(\.lowercasedASCII)
      .split { $0.isFieldWhitespace || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "-") }
      .map { String(decoding: $0, as: UTF8.self) }
    switch words.count {
    case 6 where words[5] == "gmt" || words[5] == "utc":
      return seconds(day: words[1], month: words[2], year: words[3], time: words[4])
    case 5: return seconds(day: words[2], month: words[1], year: words[4], time: words[3])
    default: return nil
    }
  }

  private static func seconds(day: String, month: String, year: String, time: String) -> Int64? {
    let clock = time.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .compactMap { $0.count == 2 ? $0.saturatingDecimal : nil }
    guard let month = months.firstIndex(of: month), let day = day.utf8.saturatingDecimal, (1...31).contains(day),
      (2...4).contains(year.utf8.count), var year = year.utf8.saturatingDecimal,
      clock.count == 3, clock[0] < 24, clock[1] < 60, clock[2] <= 60
    else { return nil }
    // RFC 9110 §5.6.7 wants two digits read as within 50 years from now; nothing that Berth talks to is from before 1970.
    if year < 100 { year += year < 70 ? 2000 : 1900 }
    guard year >= 1970 else { return nil }
    return days(year: year, month: Int64(month) + 1, day: day) * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
  }

  /// Days from 1970-01-01 in the Gregorian calendar; the year is counted from March, so that a leap day comes last.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`, the form that MUST be sent. Times before 1970 are shown as 1970, those after
  /// 9999 as its end.
  public static func format(_ secondsSince1970: Int64) -> String {
    let seconds = min(max(secondsSince1970, 0), 253_402_300_799)
    let dayNumber = seconds / 86_400
    var year = dayNumber * 400 / 146_097 + 1970
    while days(year: year, month: 1, day: 1) > dayNumber { year -= 1 }
    while days(year: year + 1, month: 1, day: 1) <= dayNumber { year += 1 }
    var month: Int64 = 1
    while month < 12, days(year: year, month: month + 1, day: 1) <= dayNumber { month += 1 }
    let day = dayNumber - days(year: year, month: month, day: 1) + 1
    let name = months[Int(month) - 1]
    let monthName = name.prefix(1).uppercased() + name.dropFirst()
    let clock = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map(twoDigits).joined(separator: ":")
    return "\(weekdays[Int(dayNumber % 7)]), \(twoDigits(day)) \(monthName) \(year) \(clock) GMT"
  }

  private static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : String(value) }
}
