/// All built-ins, in the order of the reference.
public enum BuiltinList {
  /// Each once.
  public static let all: [Builtin] = steps + words + values

  /// The purpose of the tables that hold some of them.
  public static let tables: [(name: String, summary: String)] = [
    ("log", "Messages for the operator who watches the run."), ("json", "JSON."),
    ("time", "Time, recorded so that a resumed run sees the same."),
    ("random", "Random values, recorded so that a resumed run sees the same."),
  ]

  /// The built-in of that name, which must be there.
  static func named(_ name: String) -> Builtin {
    guard let builtin = byName[name] else { preconditionFailure("the built-in \(name) is not described") }
    return builtin
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
