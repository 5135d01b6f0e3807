/// Numbers with their nouns.
enum Counted {
  /// `1 step`, `5 steps`; the plural is given where it is not the noun with an s.
  static func of(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) " + (count == 1 ? noun : plural ?? noun + "s")
  }
}
