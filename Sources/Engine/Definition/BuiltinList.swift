/// All built-ins, in the order of the reference.
public enum BuiltinList {
  /// Each once.
  public static let all: [Builtin] = steps + words + values

  /// What the tables are for that some of them are members of.
  public static let tables: [(name: String, summary: String)] = [
    ("log", "Words for the person who watches the run."), ("json", "JSON."),
    ("time", "Time, recorded so that a resumed run sees the same."),
    ("random", "Chance, recorded so that a resumed run sees the same."),
  ]

  /// The built-in of that name, which must be there.
  static func named(_ name: String) -> Builtin {
    guard let builtin = byName[name] else { preconditionFailure("the built-in \(name) is not described") }
    return builtin
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
