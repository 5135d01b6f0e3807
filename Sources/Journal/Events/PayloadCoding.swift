import Foundation
import Values

/// Turns data into JSON for the journal and back, without a loss.
///
/// JSON alone can't express everything that a ``Value`` can, so some objects with one member have a special meaning:
/// `{"$bytes": base64}`, `{"$secret": sealed}`, `{"$number": "2.0"}` for a floating-point number that would come back as
/// an integer or not at all, and `{"$object": {…}}` for an object that has a name beginning with `$` of its own. What JSON
/// would make much longer, as what a command printed can be, is `{"$text": base85}` or `{"$data": base85}` for bytes. What
/// the journal holds already as a command's output is `{"$output": …}`, see ``OutputReference``.
struct PayloadCoding: Sendable {
  /// What to do with secrets.
  enum Secrets: Sendable {
    /// Opens it: for executing a run.
    case open
    /// Leaves it sealed and returns an empty secret instead: for showing a run, which needs no key.
    case hide
    /// Neither writes nor reads any: each is replaced by an empty one. For data that leaves the state folder.
    case leaveOut
  }

  private enum Mark {
    static let bytes = "$bytes"
    static let data = "$data"
    static let text = "$text"
    static let secret = "$secret"
    static let number = "$number"
    static let object = "$object"
    static let output = "$output"
  }

  private let sealer: SecretSealer
  private let secrets: Secrets

  /// Coding with that key for secrets.
  init(sealer: SecretSealer, secrets: Secrets = .open) {
    self.sealer = sealer
    self.secrets = secrets
  }

  /// The JSON of a value, on one line. Fails only when it holds a secret and there is no key to seal it with.
  ///
  /// - Parameter outputs: What was printed, and need not be written again.
  func encode(_ value: Value, at place: SealedPlace, outputs: [PrintedOutput] = []) throws -> String {
    try JSON.encode(try marked(value, depth: 0, place, outputs), secrets: .refused)
  }

  /// The value of a JSON text. Fails with ``FailureCode/journalDamaged`` or ``FailureCode/journalKey``.
  ///
  /// - Parameter output: Gives the texts that a reference names.
  func decode(
    _ text: String, at place: SealedPlace, output: (OutputReference) throws -> [[UInt8]] = { _ in [] }
  ) throws -> Value {
    do {
      return try unmarked(try JSON.decode(text), place, output)
    } catch let error as DecodingError {
      throw Self.unreadable("it is not JSON: \(error.localizedDescription)")
    }
  }

  /// How deep data may be nested. Each level may need one more for its mark, and the reader stops at 512.
  private static let depthLimit = 254

  private static func unreadable(_ cause: String) -> Failure {
    Failure(.journalDamaged, "the journal holds data that can't be read", cause: cause)
  }

  private func marked(
    _ value: Value, depth: Int, _ place: SealedPlace, _ outputs: [PrintedOutput]
  ) throws -> Value {
    // An archive holds what a journal can, one level deeper.
    guard depth < Self.depthLimit + (secrets == .leaveOut ? 1 : 0) else {
      throw Failure(
        .valueTooDeep, "data is nested more than \(Self.depthLimit) levels deep and can't be recorded",
        hint: "return less from the step, or a flatter table")
    }
    if !outputs.isEmpty, let reference = OutputReference.find(value, in: outputs) {
      return [Mark.output: reference.value]
    }
    switch value {
    case .null, .bool, .integer: return value
    case .string(let text):
      return Self.isLengthened(text) ? [Mark.text: .string(Base85.encode(Array(text.utf8)))] : value
    case .number(let number):
      let isPlain = number.isFinite && number.rounded(.towardZero) != number
      return isPlain ? value : [Mark.number: .string(number.description)]
    case .bytes(let bytes) where bytes.count >= Self.longText: return [Mark.data: .string(Base85.encode(bytes))]
    case .bytes(let bytes): return [Mark.bytes: .string(Data(bytes).base64EncodedString())]
    case .secret(let secret):
      return [Mark.secret: .string(secrets == .leaveOut ? "" : try sealer.seal(secret, for: place))]
    case .array(let elements):
      return .array(
        try elements.enumerated().map { try marked($1, depth: depth + 1, place.member(String($0)), outputs) })
    case .object(let members):
      let plain = Value.object(
        Dictionary(
          uniqueKeysWithValues: try members.map { ($0, try marked($1, depth: depth + 1, place.member($0), outputs)) }))
      return members.keys.contains { $0.hasPrefix("$") } ? [Mark.object: plain] : plain
    }
  }

  /// From this many bytes on the shorter form is chosen.
  private static let longText = 512

  /// Whether JSON, which escapes quotes and controls, makes a text longer than base 85 does.
  private static func isLengthened(_ text: String) -> Bool {
    let count = text.utf8.count
    guard count >= longText else { return false }
    var escaped = count
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
        escaped += 1
      case ..<0x20: escaped += 5
      default: break
      }
    }
    return escaped > count / 4 * 5
  }

  private typealias Outputs = (OutputReference) throws -> [[UInt8]]

  private func unmarked(_ value: Value, _ place: SealedPlace, _ output: Outputs) throws -> Value {
    switch value {
    case .array(let elements):
      return .array(try elements.enumerated().map { try unmarked($1, place.member(String($0)), output) })
    case .object(let members):
      guard members.count == 1, let (name, content) = members.first, name.hasPrefix("$") else {
        return try unmarked(members, place, output)
      }
      return try unmarked(content, under: name, place, output)
    default: return value
    }
  }

  private func unmarked(_ members: [String: Value], _ place: SealedPlace, _ output: Outputs) throws -> Value {
    .object(Dictionary(uniqueKeysWithValues: try members.map { ($0, try unmarked($1, place.member($0), output)) }))
  }

  private func unmarked(
    _ content: Value, under mark: String, _ place: SealedPlace, _ output: Outputs
  ) throws -> Value {
    switch (mark, content) {
    case (Mark.object, .object(let members)): return try unmarked(members, place, output)
    case (Mark.bytes, .string(let text)):
      if let data = Data(base64Encoded: text) { return .bytes(Array(data)) }
    case (Mark.data, .string(let text)):
      if let bytes = Base85.decode(text) { return .bytes(bytes) }
    case (Mark.text, .string(let text)):
      if let bytes = Base85.decode(text), let text = String(validating: bytes, as: UTF8.self) { return .string(text) }
    case (Mark.number, .string(let text)):
      if let number = Double(text) { return .number(number) }
    case (Mark.output, let value):
      if let reference = OutputReference(value), let text = reference.text(try output(reference)) { return text }
    case (Mark.secret, .string(let sealed)):
      return .secret(secrets == .open ? try sealer.open(sealed, at: place) : Secret(""))
    default: break
    }
    throw Self.unreadable("unknown mark \(mark)")
  }
}

extension FailureCode {
  /// Data is nested too deeply to be recorded.
  package static let valueTooDeep: FailureCode = "journal.value_too_deep"
}
