import DockerEngine
import Foundation
import Synchronization
import Values

/// An engine of some release, made of what Docker 20.10 answered and of the documented changes since.
struct RecordedEngine: Sendable {
  /// The newest API version that it speaks.
  let newest: String
  /// The oldest.
  let oldest: String
  private let bodies: [String: String]

  private static let folder = URL(filePath: #filePath).appending(path: "../../Recorded").standardized

  init(newest: String, oldest: String) throws {
    self.newest = newest
    self.oldest = oldest
    let changes = try Self.changes().filter { try Self.version($0.text("since")) <= Self.version(newest) }
    var bodies: [String: String] = [:]
    for call in ["info", "nodes", "swarm", "services", "tasks", "networks", "containers", "images", "events"] {
      let text = try String(contentsOf: Self.folder.appending(path: "\(call).json"), encoding: .utf8)
      // Events are lines, each a document of its own.
      let parts = call == "events" ? text.split(separator: "\n").map(String.init) : [text]
      let changed = try parts.map { part in
        let value = changes.filter { $0.text("call") == call }.reduce(try JSON.decode(part)) { $0.changed(by: $1) }
        return try JSON.encode(value, secrets: .refused)
      }
      bodies[call] = changed.joined(separator: "\n")
    }
    bodies["version"] = #"{"Version":"x","ApiVersion":"\#(newest)","MinAPIVersion":"\#(oldest)","Os":"linux"}"#
    self.bodies = bodies
  }

  /// The documented changes: `since`, `call`, `source`, what to `set` and to `remove` by its path.
  static func changes() throws -> [Value] {
    try JSON.decode(try Data(contentsOf: folder.appending(path: "changes.json"))).arrayValue ?? []
  }

  private static func version(_ text: String) throws -> Int { Int(text.dropFirst(2)) ?? 0 }

  /// What it answers to a call.
  func body(_ call: String) throws -> String { bodies[call] ?? "" }

  /// Plays it.
  func scripted() -> ScriptedEngine {
    let swarm = newest == "1.41" ? [:] : ["Swarm": "active/manager", "Builder-Version": "2"]
    return ScriptedEngine(pinged: { swarm.merging(["Api-Version": newest]) { $1 } }) { reply(to: $0.target) }
  }

  /// The answer to a request.
  func reply(to target: String) -> Reply {
    let answer = answer(to: target, at: newest)
    return answer.status == 200 ? .json(answer.words) : .refusal(answer.status, answer.words)
  }

  /// The status and body, or the words of a refusal: those of moby's daemon/server/middleware/version.go.
  func answer(to target: String, at newest: String) -> (status: Int, words: String) {
    let path = target.split(separator: "?")[0].split(separator: "/").map(String.init)
    if path == ["version"] { return (200, bodies["version"] ?? "") }
    guard let used = path.first.flatMap({ APIVersion($0.dropFirst()) }), let low = APIVersion(oldest),
      let high = APIVersion(newest)
    else { return (404, "page not found") }
    if used < low {
      return (
        400,
        "client version \(used) is too old. Minimum supported API version is \(oldest), please upgrade your client to "
          + "a newer version"
      )
    }
    if used > high {
      return (400, "client version \(used) is too new. Maximum supported API version is \(newest)")
    }
    return bodies[path[1]].map { (200, $0) } ?? (404, "page not found")
  }
}

/// Which of two engines is there now.
final class Moment: Sendable {
  private let passed = Mutex(false)
  /// 0 before, 1 after.
  var index: Int { passed.withLock { $0 } ? 1 : 0 }
  /// From now on it is the second.
  func pass() { passed.withLock { $0 = true } }
}

extension Value {
  /// The text of a member; empty when there is none.
  func text(_ member: String) -> String { self[member]?.stringValue ?? "" }

  /// With a documented change carried out, in each element of a list.
  fileprivate func changed(by change: Value) -> Value {
    if case .array(let elements) = self { return .array(elements.map { $0.changed(by: change) }) }
    var result = self
    for (path, value) in change["set"]?.objectValue ?? [:] {
      result = result.setting(path.split(separator: ".")[...], to: value)
    }
    for path in (change["remove"]?.arrayValue ?? []).compactMap(\.stringValue) {
      result = result.setting(path.split(separator: ".")[...], to: nil)
    }
    return result
  }

  /// With the member at a path set or, for `nil`, removed; `*` means every member that is there.
  private func setting(_ path: ArraySlice<Substring>, to value: Value?) -> Value {
    guard let first = path.first else { return value ?? .null }
    var members = objectValue ?? [:]
    for name in first == "*" ? Array(members.keys) : [String(first)] {
      if path.count == 1 {
        members[name] = value
      } else if members[name] != nil || value != nil {
        members[name] = (members[name] ?? [:]).setting(path.dropFirst(), to: value)
      }
    }
    return .object(members)
  }
}
