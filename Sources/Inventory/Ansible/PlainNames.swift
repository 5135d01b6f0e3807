/// Makes names that hosts of ours can have, of any text, each once.
struct PlainNames {
  private var taken: Set<String> = []
  /// The number that is tried next where a name is taken: very many hosts may get the same one.
  private var next: [String: Int] = [:]

  mutating func take(_ name: String) -> String {
    let kept = String(
      name.prefix(55).map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
    let base = TextForm.plainName.accepts(name) ? name : TextForm.plainName.accepts(kept) ? kept : "host"
    var result = base
    while !taken.insert(result).inserted {
      let number = next[base, default: 2]
      result = "\(base.prefix(55))-\(number)"
      next[base] = number + 1
    }
    return result
  }
}
