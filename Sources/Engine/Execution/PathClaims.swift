import Synchronization
import Values

/// The paths of a run that are taken: each belongs to one step, scope, branch or approval, in the whole run.
///
/// Two texts that are equal in Unicode, such as an accented letter written in two ways, are one path here, as they are
/// where the journal's state is looked up.
final class PathClaims: Sendable {
  /// What can have a path.
  enum Kind: String, Sendable {
    case step, scope, branch, approval
  }

  private struct Claim {
    var kind: Kind
    var name: String
    var location: SourceLocation?
  }

  private let taken = Mutex<[String: Claim]>([:])
  /// Whether names may contain values that are not known yet, and so say nothing about the names of the real run.
  private let isWalk: Bool

  /// - Parameter isWalk: whether this is a walk in which not everything is known.
  init(isWalk: Bool = false) { self.isWalk = isWalk }

  /// Claims the path of that name below a scope. Throws when it is taken, or the name can't be part of a path.
  func claim(_ name: String, _ kind: Kind, below scope: [String], at location: SourceLocation?) throws {
    if isWalk, Unknown.isNamed(in: name) || scope.contains(where: Unknown.isNamed) { return }
    let component = PathName(name).component
    if scope.isEmpty, component == PathName.reserved {
      throw Failure(
        .reservedName, "no \(kind) at the top of a runbook can have the name \"\(PathName.reserved)\"",
        location: location,
        cause: "a rollback records under this name what it undoes",
        hint: "use another name, for example \"way back\"")
    }
    let path = (scope + [component]).joined(separator: "/")
    let earlier: Claim? = taken.withLock { taken in
      if let earlier = taken[path] { return earlier }
      taken[path] = Claim(kind: kind, name: name, location: location)
      return nil
    }
    guard let earlier else { return }
    throw duplicate(path, kind, name, location, earlier)
  }

  private func duplicate(_ path: String, _ kind: Kind, _ name: String, _ location: SourceLocation?, _ earlier: Claim)
    -> Failure
  {
    let line = earlier.location.map { " at \($0)" } ?? ""
    // Written in two ways: without an explanation, both look the same.
    let isWrittenAlike = earlier.kind != kind || Array(earlier.name.utf8) == Array(name.utf8)
    return Failure(
      .duplicateStep,
      "the \(kind) \"\(name)\" has the same path as the \(earlier.kind) \"\(earlier.name)\"\(line): \"\(path)\"",
      location: location,
      cause: isWrittenAlike
        ? nil : "in a path, \"/\" and \"\u{2215}\" are the same, and so are two ways to write a letter",
      hint: "give each a path of its own, because a resume finds it by that: "
        + "say in the name what it is about, or put one of them into a scope(\"…\", function() … end)")
  }
}

extension FailureCode {
  /// A name that belongs to the engine.
  package static let reservedName: FailureCode = "runbook.reserved_name"
}

/// A name as one part of a path: of a step, a scope, a branch, an approval.
///
/// Records are found by their paths, so a name must be a separate part, whatever comes before and after it.
package struct PathName: Sendable, Hashable {
  /// How the name is written in a path: the separator becomes a division slash (U+2215).
  ///
  /// Replaced are scalars, not characters: a slash with an accent is one character that is not the slash.
  package let component: String

  /// The name as the script gives it.
  package init(_ name: String) {
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
  package static func problem(with name: String, mayHaveLines: Bool = false) -> String? {
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
  package static let reserved = "rollback"
}
