extension FixedWidthInteger {
  /// The whole number nearest to a number from outside: the limit if it is beyond, 0 if it is not a number.
  public init(nearest number: Double) {
    let whole = number.rounded()
    self = Self(exactly: whole) ?? (whole.isNaN ? 0 : whole < 0 ? .min : .max)
  }

  /// The sum, or the limit that it would exceed.
  public func addingBounded(_ other: Self) -> Self {
    let (sum, isBeyond) = addingReportingOverflow(other)
    return isBeyond ? (other < 0 ? .min : .max) : sum
  }

  /// The product, or the limit that it would exceed.
  public func multipliedBounded(by other: Self) -> Self {
    let (product, isBeyond) = multipliedReportingOverflow(by: other)
    return isBeyond ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}
