import Foundation
import Synchronization
import Values

/// The secrets that an execution has seen, so that none is shown or kept in clear when a command prints it or an error
/// quotes it.
///
/// Each line of a secret with several lines is looked for, because output comes line by line. Texts shorter than
/// ``shortest`` bytes are not looked for: they occur everywhere. Of very many secrets the newest count.
final class KnownSecrets: Sendable {
  static let shortest = 4
  private static let most = 1000

  private let known = Mutex<[[UInt8]]>([])

  /// The texts to look for.
  var texts: [[UInt8]] { known.withLock { $0 } }

  func learn(_ secret: Secret) {
    let lines = secret.reveal().split(whereSeparator: \.isNewline).map {
      Array($0.trimmingCharacters(in: .whitespaces).utf8)
    }
    known.withLock { known in
      for line in lines where line.count >= Self.shortest && !Self.isHeading(line) && !known.contains(line) {
        known.append(line)
        if known.count > Self.most { known.removeFirst() }
      }
    }
  }

  /// `-----BEGIN PRIVATE KEY-----` is not secret.
  private static func isHeading(_ line: [UInt8]) -> Bool { line.starts(with: Array("-----".utf8)) }

  /// Bytes that a command printed, whole lines of them, with the placeholder in place of each secret.
  func hidden(_ bytes: [UInt8]) -> [UInt8] {
    let matches = Self.matches(of: texts, in: bytes)
    return matches.isEmpty ? bytes : Self.hiding(matches, in: bytes)
  }

  /// The text with the placeholder in place of each secret.
  func hidden(_ text: String) -> String {
    texts.isEmpty ? text : String(decoding: hidden(Array(text.utf8)), as: UTF8.self)
  }

  func hidden(_ text: String?) -> String? { text.map { hidden($0) } }

  /// What the failure says, without a secret. Places and names stay.
  func hidden(_ failure: Failure) -> Failure {
    if texts.isEmpty { return failure }
    var result = failure
    result.message = hidden(failure.message)
    result.cause = hidden(failure.cause)
    result.hint = hidden(failure.hint)
    result.traceback = hidden(failure.traceback)
    result.related = failure.related.map { hidden($0) }
    return result
  }

  /// The value with the placeholder in place of each secret, for people.
  func hidden(_ value: Value) -> Value {
    switch value {
    case .string(let text): .string(hidden(text))
    case .array(let elements): .array(elements.map { hidden($0) })
    case .bytes(let bytes): .bytes(hidden(bytes))
    case .object(let members):
      .object(Dictionary(members.map { (hidden($0.key), hidden($0.value)) }, uniquingKeysWith: { first, _ in first }))
    case .null, .bool, .integer, .number, .secret: value
    }
  }

  /// The value with each text and each table's name that holds a secret ``Concealed``, so that it can be kept and
  /// restored.
  func concealed(_ value: Value) -> Value {
    let texts = texts
    if texts.isEmpty { return value }
    switch value {
    case .string(let text):
      return Self.matches(of: texts, in: Array(text.utf8)).isEmpty ? value : Concealed.text(text)
    case .array(let elements): return .array(elements.map { concealed($0) })
    case .object(let members):
      let kept = members.mapValues { concealed($0) }
      let isNamed = members.keys.contains { !Self.matches(of: texts, in: Array($0.utf8)).isEmpty }
      return isNamed ? Concealed.table(kept) : .object(kept)
    case .bytes(let bytes): return Self.matches(of: texts, in: bytes).isEmpty ? value : Concealed.bytes(bytes)
    case .null, .bool, .integer, .number, .secret: return value
    }
  }
}

extension KnownSecrets {
  /// The commands as they are shown to people.
  func hidden(_ commands: [ProcedureCommand]) -> [ProcedureCommand] {
    commands.map { ProcedureCommand(on: $0.host, hidden($0.text)) }
  }

  /// The step as it is shown to people; its path stays.
  func hidden(_ step: PlannedStep) -> PlannedStep {
    var step = step
    step.commands = hidden(step.commands)
    step.note = hidden(step.note)
    return step
  }

  /// The identity without a secret among its words: if there was one, a digest of all words counts too.
  func hidden(_ identity: CallIdentity) -> CallIdentity {
    let words = identity.words.map { hidden($0) }
    if words == identity.words { return identity }
    var result = identity.digested
    result.words = words
    return result
  }

  /// The ranges of the texts, in order. Ranges that overlap are joined.
  static func matches(of texts: [[UInt8]], in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    bytes.withUnsafeBytes { whole in
      guard let base = whole.baseAddress else { return }
      for text in texts where text.count <= bytes.count {
        var from = 0
        while from + text.count <= bytes.count,
          let first = memchr(base + from, Int32(text[0]), bytes.count - text.count + 1 - from)
        {
          let start = UnsafeRawPointer(first) - base
          from = start + 1
          guard memcmp(first, text, text.count) == 0 else { continue }
          from = start + text.count
          found.append(start..<from)
        }
      }
    }
    var places: [Range<Int>] = []
    for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = places.last, range.lowerBound < last.upperBound {
        places[places.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        places.append(range)
      }
    }
    return places
  }

  fileprivate static func hiding(_ places: [Range<Int>], in bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [], from = 0
    for place in places {
      result += bytes[from..<place.lowerBound]
      result += Array(Secret.placeholder.utf8)
      from = place.upperBound
    }
    return result + bytes[from...]
  }
}

/// Hides secrets in the output of one command, even across the cut of a long line: the end of a piece that may be the
/// beginning of a secret is kept back until the next one comes.
final class HiddenPieces: Sendable {
  private let secrets: KnownSecrets
  private let kept = Mutex<[Bool: [UInt8]]>([:])

  init(_ secrets: KnownSecrets) { self.secrets = secrets }

  /// What can be shown now; `nil` where all of the piece is kept back.
  func hidden(_ piece: PrintedPiece) -> [UInt8]? {
    kept.withLock { kept in
      let texts = secrets.texts, bytes = (kept.removeValue(forKey: piece.isError) ?? []) + piece.bytes
      let longest = texts.lazy.map(\.count).max() ?? 0
      let matches = KnownSecrets.matches(of: texts, in: bytes)
      guard piece.isCut, longest > 1 else { return KnownSecrets.hiding(matches, in: bytes) }
      var end = max(0, bytes.count - (longest - 1))
      // Not within a character, which has four bytes at most.
      let longestEnd = end
      while end > max(0, longestEnd - 3), end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
      if let match = matches.last(where: { $0.lowerBound < end && end < $0.upperBound }) { end = match.lowerBound }
      kept[piece.isError] = Array(bytes[end...])
      return end == 0
        ? nil : KnownSecrets.hiding(matches.filter { $0.upperBound <= end }, in: Array(bytes[..<end]))
    }
  }
}
