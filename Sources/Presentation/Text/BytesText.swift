/// Amounts of data as people read them.
public enum BytesText {
  /// `512 B`, `3.4 kB`, `12 MB`: in powers of 1000, as disks are sold.
  public static func of(_ bytes: Int64) -> String {
    var amount = Double(max(0, bytes))
    if amount < 1000 { return "\(Int(amount)) B" }
    var unit = ""
    for next in ["kB", "MB", "GB", "TB"] where amount >= 999.5 || unit.isEmpty {
      amount /= 1000
      unit = next
    }
    return amount < 9.95 ? "\((amount * 10).rounded() / 10) \(unit)" : "\(Int(amount.rounded())) \(unit)"
  }
}
