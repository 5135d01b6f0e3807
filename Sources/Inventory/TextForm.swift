import Values

/// The form that a text must have, with its name for a message and how to fix it.
package struct TextForm: Sendable {
  /// What the text is, for example `an absolute path`.
  package let name: String
  /// What to write, for a person whose text was refused.
  package let hint: String
  /// Whether a text has this form.
  package let accepts: @Sendable (String) -> Bool

  init(_ name: String, hint: String, accepts: @escaping @Sendable (String) -> Bool) {
    self.name = name
    self.hint = hint
    self.accepts = accepts
  }
}

extension TextForm {
  /// A name that can be part of a step path and a file name.
  static let plainName = TextForm(
    "a name", hint: "use letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 63"
  ) { isPlainName($0) && $0.count <= 63 }

  /// The name of a service, as a label has it.
  static let serviceName = TextForm(
    "a service's name", hint: "use letters, digits, '.', '_' and '-', beginning with a letter or digit"
  ) { isPlainName($0) && $0.count <= 63 }

  /// The name of an environment variable.
  static let variableName = TextForm(
    "a variable's name", hint: "use letters, digits and '_', beginning with a letter or '_'"
  ) { text in
    text.utf8.first.map { !(0x30...0x39).contains($0) } == true
      && text.utf8.allSatisfy { isNameByte($0) && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") }
  }

  /// A label's key, as Docker users write them.
  static let labelKey = TextForm(
    "a label's key", hint: "use letters, digits, '.', '_', '/' and '-', without spaces or '='"
  ) { text in
    !text.isEmpty && text.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "/") }
  }

  /// An IP address or a host name.
  static let address = TextForm(
    "an IP address or a host name", hint: "write for example 10.77.0.1, 2001:db8::1 or da1.example.com"
  ) { IPAddress($0)?.isUsableForHost ?? HostName.isValid($0) }

  /// An IP address of a host.
  static let ipAddress = TextForm("an IP address", hint: "write for example 10.77.0.1 or 2001:db8::1") {
    IPAddress($0)?.isUsableForHost ?? false
  }

  /// A path that begins at the root.
  static let absolutePath = TextForm("an absolute path", hint: "write the whole path, beginning with '/'") {
    $0.hasPrefix("/") && isPrintable($0)
  }

  /// A path in any form; an option could be taken for it, so it must not begin like one.
  static let path = TextForm("a path", hint: "write a path that does not begin with '-'") {
    !$0.isEmpty && !$0.hasPrefix("-") && isPrintable($0)
  }

  /// A login name.
  static let user = TextForm("a user's name", hint: "write the login name alone, without spaces") { text in
    !text.isEmpty && !text.hasPrefix("-")
      && text.unicodeScalars.allSatisfy {
        $0.value > 0x20 && $0.value != 0x7F && !"\"'`$;&|<>()*?".contains(Character($0))
      }
  }

  /// The engine's address over TCP.
  static let engineURL = TextForm(
    "an engine's address", hint: "write tcp://ADDRESS:PORT, or tcp://:PORT for the host's own address"
  ) { EngineURL($0) != nil }

  private static func isPlainName(_ text: String) -> Bool {
    guard let first = text.utf8.first, isNameByte(first), !".-_".utf8.contains(first) else { return false }
    return text.utf8.allSatisfy(isNameByte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func isPrintable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }
}

/// The form of host names (RFC 1123, with the underscore that some sites use).
enum HostName {
  /// Whether a text can be a host name. One whose last part is a number is a mistyped IP address.
  static func isValid(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let last = parts.last, !last.allSatisfy({ ("0"..."9").contains($0) }) else { return false }
    return parts.allSatisfy(isValidPart)
  }

  private static func isValidPart(_ part: Substring) -> Bool {
    guard (1...63).contains(part.utf8.count), part.first != "-", part.last != "-" else { return false }
    return part.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}

/// An IPv4 or IPv6 address, so that two spellings of one address are known to be the same.
struct IPAddress: Hashable {
  private let bytes: [UInt8]

  /// Reads an address: four decimal numbers, or IPv6 without a zone. `nil` for anything else.
  init?(_ text: String) {
    guard let bytes = InternetAddress.bytes(of: text) else { return nil }
    self.bytes = bytes
  }

  /// One text for all spellings of the address, to compare it with other text.
  var canonicalText: String { bytes.map { String($0) }.joined(separator: ".") }

  /// Whether a host can have it: it is neither "any address" nor a multicast or broadcast one.
  var isUsableForHost: Bool {
    if bytes.allSatisfy({ $0 == 0 }) || bytes.allSatisfy({ $0 == 255 }) { return false }
    return bytes.count == 4 ? !(224...239).contains(bytes[0]) : bytes[0] != 0xFF
  }
}
