/// Ansible's short form for many hosts: `da[1:3]`, `da[01:10:2].example.com`, `db-[a:c]`.
enum AnsibleRange {
  /// So many hosts one pattern may stand for.
  private static let limit = 10_000

  /// All names that a pattern stands for; the pattern itself where it holds no range.
  static func expand(_ pattern: String) -> [String] {
    guard let open = pattern.firstIndex(of: "["), let close = pattern[open...].firstIndex(of: "]"),
      let items = items(pattern[pattern.index(after: open)..<close])
    else { return [pattern] }
    let head = pattern[..<open], tails = expand(String(pattern[pattern.index(after: close)...]))
    guard items.count * tails.count <= limit else { return [pattern] }
    return items.flatMap { item in tails.map { head + item + $0 } }
  }

  private static func items(_ range: Substring) -> [String]? {
    let parts = range.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3 else { return nil }
    let step = parts.count == 3 ? Int(parts[2]) ?? 0 : 1
    guard step > 0 else { return nil }
    if let first = Int(parts[0].isEmpty ? "0" : parts[0]), let last = Int(parts[1]), first >= 0, first <= last {
      guard (last - first) / step < limit else { return nil }
      // A leading zero means that all have so many digits.
      let width = parts[0].hasPrefix("0") ? parts[0].count : 0
      return stride(from: first, through: last, by: step).map { number in
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
      }
    }
    guard parts[0].utf8.count == 1, parts[1].utf8.count == 1, let first = parts[0].utf8.first,
      let last = parts[1].utf8.first, first <= last, parts[0].first?.isLetter == true
    else { return nil }
    return stride(from: Int(first), through: Int(last), by: step).map { String(UnicodeScalar(UInt8($0))) }
  }
}
