/// Arithmetic on numbers that come from outside: it ends at the largest and the smallest number instead of trapping.
extension Int64 {
  /// The sum, or the largest or smallest number where it does not fit.
  public func saturatingSum(_ other: Int64) -> Int64 {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? (other > 0 ? .max : .min) : sum
  }

  /// The difference, or the largest or smallest number where it does not fit.
  public func saturatingDifference(_ other: Int64) -> Int64 {
    let (difference, overflows) = subtractingReportingOverflow(other)
    return overflows ? (other > 0 ? .min : .max) : difference
  }

  /// The product of two numbers that are not negative, or the largest number where it does not fit.
  public func saturatingProduct(_ other: Int64) -> Int64 {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? .max : product
  }
}
