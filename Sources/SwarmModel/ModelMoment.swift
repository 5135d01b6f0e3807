import Values

/// Writes moments as Docker does.
enum ModelMoment {
  /// RFC 3339 in UTC with nanoseconds, of seconds since 1970.
  static func text(_ seconds: Double) -> String {
    // A world whose clock has run away can still be described.
    let seconds = min(max(seconds, NumberBounds.moment.lowest), NumberBounds.moment.highest)
    let whole = Int64(nearest: seconds.rounded(.down))
    let nanoseconds = Int64(nearest: ((seconds - Double(whole)) * 1e9).rounded(.down))
    let day = whole / 86_400, time = whole % 86_400
    let (year, month, date) = civil(day)
    func pad(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))T\(pad(time / 3600, 2)):\(pad(time / 60 % 60, 2)):"
      + "\(pad(time % 60, 2)).\(pad(nanoseconds, 9))Z"
  }

  /// The Gregorian date of a day since 1970, by eras of 400 years.
  private static func civil(_ day: Int64) -> (Int64, Int64, Int64) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * ofYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}
