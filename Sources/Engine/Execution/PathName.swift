/// A name as one part of a path: of a step, a scope, a branch, an approval.
///
/// Records are found by their paths, so a name must be a separate part, whatever comes before and after it.
public struct PathName: Sendable, Hashable {
  /// How the name is written in a path: the separator becomes a division slash (U+2215).
  ///
  /// Replaced are scalars, not characters: a slash with an accent is one character that is not the slash.
  public let component: String

  /// The name as the script gives it.
  public init(_ name: String) {
    guard name.utf8.contains(UInt8(ascii: "/")) else {
      component = name
      return
    }
    var scalars = String.UnicodeScalarView()
    for scalar in name.unicodeScalars { scalars.append(scalar == "/" ? "\u{2215}" : scalar) }
    component = String(scalars)
  }

  /// Why the name can't be part of a path, as the end of a sentence that begins with the name's subject; `nil` when it
  /// can.
  ///
  /// - Parameter mayHaveLines: whether it is a text of several lines, as a question is.
  public static func problem(with name: String, mayHaveLines: Bool = false) -> String? {
    if name.isEmpty { return "is empty" }
    if let control = name.unicodeScalars.first(where: { isUnfit($0, mayHaveLines) }) {
      let number = String(control.value, radix: 16, uppercase: true)
      return "has a control character (U+\(String(repeating: "0", count: max(0, 4 - number.count)))\(number))"
    }
    if ("/" + name).first != "/" || (name + "/").last != "/" {
      return "begins or ends with a character that joins with the one beside it"
    }
    return nil
  }

  private static func isUnfit(_ scalar: Unicode.Scalar, _ mayHaveLines: Bool) -> Bool {
    scalar.properties.generalCategory == .control && !(mayHaveLines && (scalar == "\n" || scalar == "\t"))
  }

  /// The name at the top of a run below which a rollback records what it undoes.
  public static let reserved = "rollback"
}
