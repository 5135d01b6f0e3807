/// The short name of a run, for example `k3f9x2`.
///
/// Run IDs come from people, archives and journals, and become parts of file names: so they hold letters, digits, `-` and
/// `_` alone, begin with a letter or digit, and are short. File names are made only from this type.
package struct RunID: Sendable, Hashable {
  /// The ID.
  package let text: String

  /// How long an ID may be, in characters.
  package static let lengthLimit = 64

  /// The ID of that text; `nil` when it is not an ID.
  package init?(_ text: String) {
    let bytes = text.utf8
    guard let first = bytes.first, bytes.count <= Self.lengthLimit, Self.isAlphanumeric(first),
      bytes.allSatisfy({ Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
    else { return nil }
    self.text = text
  }

  /// The ID of that text.
  ///
  /// - Throws: ``Failure`` ``FailureCode/runIDInvalid``.
  package init(validating text: String) throws {
    guard let id = RunID(text) else {
      throw Failure(
        .runIDInvalid, "\"\(text.prefix(80))\" is not a run's ID",
        cause: "an ID has 1 to \(Self.lengthLimit) letters, digits, - and _, and begins with a letter or digit",
        hint: "list the runs with: runbook list")
    }
    self = id
  }

  /// A new one: six letters and digits that are not easily mistaken for each other, one of 887 million.
  package static func make() -> RunID {
    let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")
    return RunID(String((0..<6).map { _ in alphabet.randomElement()! }))!
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

extension RunID: CustomStringConvertible {
  /// The ``text``.
  package var description: String { text }
}

extension FailureCode {
  /// A text given as a run's ID can't be one.
  package static let runIDInvalid: FailureCode = "run.id_invalid"
}
