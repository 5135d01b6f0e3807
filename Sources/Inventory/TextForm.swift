/// The form that a text must have, with its name for a message and how to fix it.
public struct TextForm: Sendable {
  /// What the text is, for example `an absolute path`.
  public let name: String
  /// What to write, for a person whose text was refused.
  public let hint: String
  /// Whether a text has this form.
  public let accepts: @Sendable (String) -> Bool

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
