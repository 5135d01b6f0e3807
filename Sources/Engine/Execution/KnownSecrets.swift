import Foundation
import Synchronization
import Values

/// The secrets that an execution has met, so that none is shown or kept in clear where a command prints it or an error
/// quotes it.
///
/// What is shorter than ``shortest`` bytes is not looked for: it stands everywhere. Of very many secrets the newest count.
final class KnownSecrets: Sendable {
  static let shortest = 4
  private static let most = 1000

  private struct Known {
    /// Without blanks at the ends, in the order in which they were met.
    var order: [[UInt8]] = []
    /// The longest first: one may begin with another.
    var texts: [[UInt8]] = []
  }
  private let known = Mutex(Known())

  /// The texts to look for, the longest first.
  var texts: [[UInt8]] { known.withLock { $0.texts } }

  func learn(_ secret: Secret) {
    let text = Array(secret.reveal().trimmingCharacters(in: .whitespacesAndNewlines).utf8)
    guard text.count >= Self.shortest else { return }
    known.withLock { known in
      guard !known.texts.contains(text) else { return }
      known.order.append(text)
      if known.order.count > Self.most { known.order.removeFirst() }
      known.texts = known.order.sorted { $0.count > $1.count }
    }
  }

  /// The text with the placeholder in place of each secret.
  func hidden(_ text: String) -> String {
    let texts = texts
    if texts.isEmpty { return text }
    let bytes = Array(text.utf8), matches = Self.matches(of: texts, in: bytes)
    return matches.isEmpty ? text : String(decoding: Self.hiding(matches, in: bytes[...]), as: UTF8.self)
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

  /// The value with the placeholder in place of each secret, for a person.
  func hidden(_ value: Value) -> Value {
    switch value {
    case .string(let text): .string(hidden(text))
    case .array(let elements): .array(elements.map { hidden($0) })
    case .object(let members): .object(members.mapValues { hidden($0) })
    case .null, .bool, .integer, .number, .bytes, .secret: value
    }
  }

  /// The value with each text that holds a secret as a ``ConcealedText``, so that it can be kept and had again.
  func concealed(_ value: Value) -> Value {
    let texts = texts
    if texts.isEmpty { return value }
    switch value {
    case .string(let text):
      return Self.matches(of: texts, in: Array(text.utf8)).isEmpty ? value : ConcealedText.value(of: text)
    case .array(let elements): return .array(elements.map { concealed($0) })
    case .object(let members): return .object(members.mapValues { concealed($0) })
    // Bytes that are no text can't be a secret's place: only whoever reads them knows their form.
    case .null, .bool, .integer, .number, .bytes, .secret: return value
    }
  }
}

extension KnownSecrets {
  /// Where texts stand, in order and without overlaps. The longest is looked for first.
  static func matches(of texts: [[UInt8]], in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    bytes.withUnsafeBytes { whole in
      guard let base = whole.baseAddress else { return }
      for text in texts where text.count <= bytes.count {
        var from = 0
        while from + text.count <= bytes.count,
          let first = memchr(base + from, Int32(text[0]), bytes.count - text.count + 1 - from)
        {
          let start = UnsafeRawPointer(first) - base, range = start..<start + text.count
          from = start + 1
          guard memcmp(first, text, text.count) == 0 else { continue }
          from = range.upperBound
          if !found.contains(where: { $0.overlaps(range) }) { found.append(range) }
        }
      }
    }
    return found.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// The bytes, a part of a whole in which secrets stand there.
  static func hiding(_ matches: [Range<Int>], in bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = [], from = bytes.startIndex
    for match in matches where match.lowerBound >= from && match.upperBound <= bytes.endIndex {
      result += bytes[from..<match.lowerBound]
      result += Array(Secret.placeholder.utf8)
      from = match.upperBound
    }
    return result + bytes[from...]
  }
}

/// Hides secrets in what a command prints, which comes in pieces: a secret may be cut anywhere, so an end that may be the
/// beginning of one waits for what follows it.
final class PrintedSecrets: Sendable {
  private let known: KnownSecrets
  /// What waits, by host.
  private let waiting = Mutex<[String?: [UInt8]]>([:])

  init(_ known: KnownSecrets) { self.known = known }

  /// What can be shown once this has come.
  func passed(_ bytes: [UInt8], from host: String?) -> [UInt8] {
    let texts = known.texts
    return waiting.withLock { waiting in
      let whole = (waiting.removeValue(forKey: host) ?? []) + bytes
      if texts.isEmpty { return whole }
      let matches = KnownSecrets.matches(of: texts, in: whole)
      var end = whole.count - Self.beginning(of: texts, in: whole[...])
      if let cut = matches.first(where: { $0.lowerBound < end && end < $0.upperBound }) {
        end = whole.count - Self.beginning(of: texts, in: whole[cut.upperBound...])
      }
      if end < whole.count { waiting[host] = Array(whole[end...]) }
      return KnownSecrets.hiding(matches, in: whole[..<end])
    }
  }

  /// What still waits, when no more will come.
  func rest() -> [(host: String?, bytes: [UInt8])] {
    let texts = known.texts
    return waiting.withLock { waiting in
      defer { waiting = [:] }
      return waiting.map {
        ($0.key, KnownSecrets.hiding(KnownSecrets.matches(of: texts, in: $0.value), in: $0.value[...]))
      }
    }
  }

  /// How long the longest end is with which one of the texts begins, but does not end.
  private static func beginning(of texts: [[UInt8]], in bytes: ArraySlice<UInt8>) -> Int {
    guard let last = bytes.last else { return 0 }
    var longest = 0
    for text in texts {
      for count in stride(from: min(text.count - 1, bytes.count), to: longest, by: -1)
      where text[count - 1] == last && bytes.suffix(count).elementsEqual(text.prefix(count)) {
        longest = count
        break
      }
    }
    return longest
  }
}
