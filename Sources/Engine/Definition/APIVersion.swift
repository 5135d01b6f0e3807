import Values

/// A version of the API that runbooks and modules are written for: built-ins, host modules, shipped modules.
///
/// It follows Semantic Versioning: the minor number grows when something is added or declared deprecated, the major one
/// when something is taken away or means something else.
package struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Grows with changes that break runbooks.
  package var major: Int
  /// Grows with additions.
  package var minor: Int

  /// The version of this program.
  package static let current = APIVersion(1, 0)

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `1.2`; `nil` for any other text.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in part.allSatisfy { ("0"..."9").contains($0) } ? Int(part) : nil }
    guard parts.count == 2, numbers.count == 2 else { return nil }
    self.init(numbers[0], numbers[1])
  }

  /// `1.2`
  package var description: String { "\(major).\(minor)" }

  /// Older versions first.
  package static func < (left: APIVersion, right: APIVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// Whether a runbook written for `wanted` works with this one.
  package func serves(_ wanted: APIVersion) -> Bool { wanted.major == major && wanted.minor <= minor }

  /// Refuses code written for a version that this program does not support.
  ///
  /// - Parameter what: what is written for it, for example `the runbook`.
  func check(_ text: String, of what: String, at location: SourceLocation?) throws {
    guard let wanted = APIVersion(text) else {
      throw Failure(
        .argument, "requires_api: \"\(text)\" is not a version", location: location, hint: "write it as \"\(self)\"")
    }
    if serves(wanted) { return }
    let hint =
      wanted > self
      ? "install a newer runbook, which has version \(wanted) or a later \(wanted.major).x"
      : "adapt it to what changed between the two (see CHANGELOG.md), then write requires_api \"\(self)\""
    throw Failure(
      .apiUnserved, "\(what) needs version \(wanted) of the API, and this program has \(self)", location: location,
      hint: hint
    )
  }
}

extension FailureCode {
  /// A runbook or module is written for a version of the API that this program does not have.
  package static let apiUnserved: FailureCode = "runbook.api_version"
}

/// A primitive or one of its parameters will be removed in the next major version of the API.
package struct Deprecation: Sendable, Hashable {
  /// The version that declared it.
  package var since: APIVersion
  /// What to write in its place.
  package var instead: String

  /// Declares something deprecated.
  package init(since: APIVersion, instead: String) {
    self.since = since
    self.instead = instead
  }

  /// The warning about a use of it; `what` as the script names it, for example `swarm.leave`.
  package func message(of what: String) -> String { "\(what) is deprecated since version \(since) of the API" }

  /// For the reference and editors.
  package var sentence: String { "Deprecated since \(since): use \(instead)." }
}

/// A deprecated name that a script used.
struct DeprecatedUse: Sendable, Hashable {
  /// As the script names it, for example `option force of swarm.leave`.
  var what: String
  var deprecation: Deprecation
}

/// The previous version's names of functions that runbooks call, accepted in hints until the next version.
package enum RenamedName {
  /// Today's names by the earlier ones.
  package static let all = [
    "file.exists_here": "file.exists_local", "file.read_here": "file.read_local", "file.hand_over": "file.create_local",
    "simulation.file_here": "simulation.local_file",
  ]

  /// What to write in place of a name; `nil` where it was not renamed.
  package static func hint(for name: String) -> String? { all[name].map { "it is called \($0) now" } }
}

/// Something that plain Lua has but a runbook does not, because it would break replay or have effects outside of steps.
package struct AbsentName: Sendable, Hashable {
  /// Its name, for example `os.time`; `io.` means every other member of that table.
  package var name: String
  /// What to use in its place.
  package var hint: String

  /// All of them.
  package static let all: [AbsentName] = [
    ("dofile", "use require"), ("loadfile", "use require"),
    ("collectgarbage", "leave it out: memory is managed automatically"), ("warn", "use log.warn(\"…\")"),
    ("math.random", "use random.integer(low, high), which a replay sees again"),
    ("math.randomseed", "use random.integer(low, high), which a replay sees again"),
    ("string.dump", "keep data instead: functions can't be kept"),
    ("os.execute", "use ssh.run(host, { \"command\", \"argument\" }) inside a step"),
    ("os.time", "use time.now(), which a replay sees again"), ("os.date", "use time.text(time.now())"),
    ("os.clock", "use time.now()"),
    ("os.getenv", "declare a parameter in runbook { params = … }, or use env(\"NAME\"), which a replay sees again"),
    ("os.exit", "return from the function, or call fail(\"…\")"), ("os.remove", "use ssh.run inside a step"),
    ("os.rename", "use ssh.run inside a step"), ("os.tmpname", "use ssh.run inside a step"),
    ("os.", "see the reference for what there is"),
    ("io.popen", "use ssh.run(host, { \"command\", \"argument\" }) inside a step"),
    ("io.open", "use file.read(host, path) or file.write(host, path, text) inside a step"),
    ("io.read", "use approve(\"…\") or a parameter"), ("io.write", "use log.info(\"…\")"),
    ("io.", "use the module file inside a step, or log.info(\"…\")"),
    ("debug.", "leave it out: errors have a traceback already"),
    ("rehearsal.", "it is called simulation now"),
    ("package.", "use require; modules are looked for beside the runbook and in stdlib"),
  ].map { AbsentName(name: $0.0, hint: $0.1) }

  /// The tables that are absent altogether.
  package static let tables = all.compactMap { $0.name.hasSuffix(".") ? String($0.name.dropLast()) : nil }

  /// The hint for a name, such as `os.time`; `nil` where it is not among them.
  package static func of(_ name: String) -> AbsentName? {
    if let exact = byName[name] { return exact }
    guard let dot = name.firstIndex(of: "."), let table = byName[String(name[...dot])] else { return nil }
    return AbsentName(name: name, hint: table.hint)
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
