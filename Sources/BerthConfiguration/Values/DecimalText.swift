/// A non-negative decimal number as written, "1.5", kept exact so that no size or duration is rounded by binary fractions.
struct DecimalText {
  /// The digits without their point: 15 of "1.5".
  private let digits: Int64
  /// Ten to the number of digits behind the point: 10 of "1.5".
  private let scale: Int64

  /// Takes a number from the start of `text` and leaves what follows it; nil when no number stands there or it does
  /// not fit.
  init?(takingFrom text: inout Substring) {
    var rest = text
    var digits: Int64 = 0
    var scale: Int64 = 1
    var count = 0
    var isBehindPoint = false
    while let character = rest.first {
      if character == ".", !isBehindPoint, count > 0 {
        isBehindPoint = true
        count = 0
      } else if character.isASCII, let digit = character.wholeNumberValue {
        let (shifted, overflow) = digits.multipliedReportingOverflow(by: 10)
        let (sum, carried) = shifted.addingReportingOverflow(Int64(digit))
        guard !overflow, !carried, !isBehindPoint || scale < 1_000_000_000 else { return nil }
        digits = sum
        scale *= isBehindPoint ? 10 : 1
        count += 1
      } else {
        break
      }
      rest.removeFirst()
    }
    guard count > 0 else { return nil }
    self.digits = digits
    self.scale = scale
    text = rest
  }

  /// The number times `unit`, rounded down; nil when it does not fit 64 bits.
  func multiplied(by unit: Int64) -> Int64? {
    let (whole, overflow) = (digits / scale).multipliedReportingOverflow(by: unit)
    // The fraction is below 10^9 and a unit below 2^63, so the product is taken in 128 bits.
    let fraction = (digits % scale).multipliedFullWidth(by: unit)
    let (sum, carried) = whole.addingReportingOverflow(scale.dividingFullWidth(fraction).quotient)
    return overflow || carried ? nil : sum
  }
}
