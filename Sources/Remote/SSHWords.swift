/// What the ssh client wrote to its standard error, searched for what an operator needs.
struct SSHWords {
  let lines: [String]

  init(_ text: String) {
    lines = text.split(whereSeparator: \.isNewline).map { line in
      String(line.drop(while: \.isWhitespace))
    }.filter { !$0.isEmpty }
  }

  /// The last line that holds this.
  func line(_ fragment: String) -> String? { lines.last { $0.contains(fragment) } }

  /// The last three lines.
  var end: String? { lines.isEmpty ? nil : lines.suffix(3).joined(separator: "; ") }

  /// The key that the host has shown.
  var fingerprint: String? { lines.first { $0.hasPrefix("SHA256:") } }

  /// The command that removes the key that was known.
  func removalOfOffendingKey(_ host: HostSpec) -> String {
    // ssh says it itself, and knows what the host is called in the file: a name, an alias, an address with a port.
    if let own = lines.last(where: { $0.hasPrefix("ssh-keygen ") && $0.contains(" -R ") }) { return own }
    let entry = host.port.map { $0 == 22 ? host.destination : "[\(host.destination)]:\($0)" } ?? host.destination
    var command = ["ssh-keygen", "-R", entry]
    // `Offending ED25519 key in /home/me/.ssh/known_hosts:7`
    if let place = line("Offending "), let start = place.firstRange(of: " in ")?.upperBound,
      let colon = place.lastIndex(of: ":"), start < colon
    {
      command += ["-f", String(place[start..<colon])]
    }
    return ShellQuoting.quote(command)
  }
}
