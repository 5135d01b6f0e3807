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
  public static let reservedName: FailureCode = "runbook.reserved_name"
}
