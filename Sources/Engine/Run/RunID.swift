/// Makes the short names of runs.
public enum RunID {
  /// Six letters and digits that are not easily mistaken for each other: one of 887 million.
  public static func make() -> String {
    let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")
    return String((0..<6).map { _ in alphabet.randomElement()! })
  }
}
