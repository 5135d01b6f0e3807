import Foundation
import Journal
import TestSupport
import Testing

/// `docs/events.md`, written from the types that events are made of.
@Suite("The reference of events", .usualTimeLimit)
struct EventReferenceTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

  private struct Member {
    var name: String
    var type: String
    var text: String
  }

  private struct Kind {
    var name: String
    var text: String
    var members: [Member] = []
  }

  /// The kinds, in the order of the sources, with what the comments of their types say.
  private static func kinds() throws -> [Kind] {
    let names = try text("Sources/Journal/Events/Event.swift").matches(of: /static let (\w+): EventKind = "([a-z._]+)"/)
    let kindNames = Dictionary(uniqueKeysWithValues: names.map { (String($0.1), String($0.2)) })
    var kinds: [Kind] = [], comment: [String] = [], isNested = false
    for file in ["Event+Run", "Event+Step"] {
      for line in try text("Sources/Journal/Events/\(file).swift").split(separator: "\n").map(String.init) {
        if let match = line.firstMatch(of: /^ +\/\/\/ (.*)$/) {
          comment.append(String(match.1))
          continue
        }
        defer { comment = [] }
        if line.firstMatch(of: /^  package struct \w+: EventContent/) != nil {
          kinds.append(Kind(name: "", text: comment.joined(separator: " ")))
        } else if let match = line.firstMatch(of: /static let kind: EventKind = \.(\w+)/) {
          kinds[kinds.count - 1].name = kindNames[String(match.1)] ?? "?"
        } else if line.hasPrefix("    package struct ") {
          isNested = true
        } else if line == "    }" {
          isNested = false
        } else if !isNested, let match = line.firstMatch(of: /^    package var (\w+): (.+)$/) {
          kinds[kinds.count - 1].members.append(
            Member(name: String(match.1), type: String(match.2), text: comment.joined(separator: " ")))
        } else if let match = line.firstMatch(of: /^      case (\w+) = "(\w+)"/),
          let index = kinds.last?.members.firstIndex(where: { $0.name == match.1 })
        {
          kinds[kinds.count - 1].members[index].name = String(match.2)
        }
      }
    }
    return kinds
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// A type as JSON has it.
  private static func json(_ type: String) -> String {
    let isOptional = type.hasSuffix("?"), plain = isOptional ? String(type.dropLast()) : type
    let name: String
    switch plain {
    case "String", "EffectOutcome", "StepOutcome", "SnapshotMoment": name = "text"
    case "Bool": name = "true or false"
    case "Int", "Int32", "Double": name = "number"
    case "SourceLocation": name = "text `file:line`"
    case "Value": name = "any"
    case "Secret": name = "secret"
    case "Failure": name = "object `code`, `message`, …"
    case "[String]": name = "list of texts"
    case "[[String]]": name = "list of lists of texts"
    case "[String: String]": name = "object of texts"
    case "[ProcedureCommand]": name = "list of objects `host`, `text`"
    case "[Argument]": name = "list of objects `name`, `value`"
    default: name = "object"
    }
    return isOptional ? name + ", may be missing" : name
  }

  private static func page(_ kinds: [Kind]) -> String {
    var page = """
      # Events

      A run is the sum of its events. `--json` prints them, one object a line, and archives (`runbook runs export`) and the journal
      hold them. Each has `run`, `sequence` (0 where it is not stored), `at` (ISO 8601), `kind`, and where it applies `path` (of the
      step or scope), `attempt` and `host`; the rest is in `payload`, by kind. A newer version may add kinds and members: leave aside
      what you do not know. Members that have no value are missing. Failures have `code` and `message`, and may have `host`, `step`,
      `location`, `cause`, `hint`, `retryable`, `leaves_doubt`, `traceback` and `related` (a list of failures).

      This page is written from the types in `Sources/Journal/Events` (`RUNBOOK_WRITE_DOCS=1 swift test --filter EventReference`).

      """
    for kind in kinds {
      page += "\n## `\(kind.name)`\n\n\(kind.text)\n"
      if kind.members.isEmpty { continue }
      page += "\n| member | type | meaning |\n|---|---|---|\n"
      for member in kind.members { page += "| `\(member.name)` | \(json(member.type)) | \(member.text) |\n" }
    }
    return page
  }

  @Test("the page is the one that the types make, and has every kind")
  func current() throws {
    let kinds = try Self.kinds(), page = Self.page(kinds)
    let known = try Self.text("Sources/Journal/Events/Event.swift").matches(of: /: EventKind = "([a-z._]+)"/)
      .map { String($0.1) }
    #expect(Set(kinds.map(\.name)) == Set(known))
    let file = Self.root.appending(path: "docs/events.md")
    if ProcessInfo.processInfo.environment["RUNBOOK_WRITE_DOCS"] != nil {
      try page.write(to: file, atomically: true, encoding: .utf8)
    }
    let isCurrent = try String(contentsOf: file, encoding: .utf8) == page
    #expect(isCurrent, "it is outdated: RUNBOOK_WRITE_DOCS=1 swift test --filter EventReference")
  }
}
