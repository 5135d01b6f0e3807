import Engine
import Synchronization
import Values

/// A world of marks that steps set on hosts, and the list of what was called.
final class FakeWorld: Sendable {
  struct State {
    var calls: [String] = []
    var marks: Set<String> = []
    /// What became of each job on its host, by its name there: the mark that it sets.
    var jobs: [String: (mark: String, isOver: Bool)] = [:]
    /// Jobs that do not end by themselves, by their marks.
    var endless: Set<String> = []
    var failures: [String: Int] = [:]
    var hook: (@Sendable (String) async throws -> Void)?
  }
  let state = Mutex(State())

  var calls: [String] { state.withLock { $0.calls } }
  var marks: Set<String> { state.withLock { $0.marks } }
  /// How many jobs were begun.
  var begun: Int { state.withLock { $0.jobs.count } }
  func failNext(_ mark: String, times: Int) { state.withLock { $0.failures[mark] = times } }
  func onCall(_ hook: @escaping @Sendable (String) async throws -> Void) { state.withLock { $0.hook = hook } }

  private func note(_ call: String) async throws {
    let hook = state.withLock { state in
      state.calls.append(call)
      return state.hook
    }
    try await hook?(call)
  }

  var module: HostModule {
    HostModule(
      "world", "marks on hosts",
      [
        Primitive(
          "set", "Sets a mark.",
          parameters: [
            Parameter("host", .host, "where"), Parameter("mark", .string, "which"),
            .optional(
              "options",
              .record([
                .optional("count", .integer, "how often"),
                .optional("times", .integer, "how often").deprecated(since: APIVersion(1, 0), instead: "count"),
              ]), "options"),
          ], effect: .changes(.idempotent),
          commands: { [ProcedureCommand(on: $0.host("host"), "mark \($0.string("mark"))")] },
          perform: { arguments, context in
            let mark = "\(arguments.host("host")):\(arguments.string("mark"))"
            try await self.note("set \(mark)")
            try self.failIfWanted(mark)
            let isNew = self.state.withLock { $0.marks.insert(mark).inserted }
            if !isNew { context.unchanged() }
            context.output("set \(mark)", nil)
            return .string(mark)
          }),
        Primitive(
          "mark", "Sets a mark, as it was done before there was `set`.",
          parameters: [Parameter("host", .host, "where"), Parameter("mark", .string, "which")],
          effect: .changes(.idempotent), deprecated: Deprecation(since: APIVersion(1, 0), instead: "world.set"),
          perform: { arguments, _ in
            try await self.note("mark \(arguments.host("host")):\(arguments.string("mark"))")
            return .null
          }),
        Primitive(
          "ask", "Sets a mark on one of several hosts: the last.",
          parameters: [Parameter("hosts", .hosts, "which may do it"), Parameter("mark", .string, "which")],
          effect: .changes(.idempotent),
          perform: { arguments, _ in
            try await self.note("ask \(arguments.hosts("hosts").last ?? ""):\(arguments.string("mark"))")
            return .null
          }),
        Primitive(
          "clear", "Takes a mark away.",
          parameters: [Parameter("host", .host, "where"), Parameter("mark", .string, "which")],
          effect: .changes(.idempotent),
          perform: { arguments, context in
            let mark = "\(arguments.host("host")):\(arguments.string("mark"))"
            try await self.note("clear \(mark)")
            if self.state.withLock({ $0.marks.remove(mark) }) == nil { context.unchanged() }
            return .null
          }),
        Primitive(
          "once", "Does something that must not be done twice.",
          parameters: [Parameter("host", .host, "where"), Parameter("mark", .string, "which")],
          effect: .changes(.notIdempotent),
          perform: { arguments, _ in
            let mark = "\(arguments.host("host")):\(arguments.string("mark"))"
            try await self.note("once \(mark)")
            try self.failIfWanted(mark)
            _ = self.state.withLock { $0.marks.insert(mark) }
            return .null
          }),
        Primitive(
          "job", "Does something under a name, and finds it again by that name.",
          parameters: [Parameter("host", .host, "where"), Parameter("mark", .string, "which")],
          effect: .changes(.reattaching), site: { _, arguments in CallSite(host: arguments.host("host"), facts: [:]) },
          perform: { arguments, context in
            let mark = "\(arguments.host("host")):\(arguments.string("mark"))"
            let isThere = self.state.withLock { $0.jobs[context.call] != nil }
            if context.earlier?.isLaunched == true && !isThere {
              throw Failure("world.lost", "\(mark) left no trace", leavesDoubt: true)
            }
            let isEndless = self.state.withLock { state in
              if !isThere { state.jobs[context.call] = (mark, false) }
              return state.endless.contains(mark)
            }
            context.launched()
            try await self.note("\(isThere ? "follow" : "job") \(mark)")
            try self.failIfWanted(mark, leavesDoubt: true)
            if isEndless { try await Task.sleep(for: .seconds(3600)) }
            self.finish(context.call)
            return .string(mark)
          }),
        Primitive(
          "deploy", "Does something that may be done again, by work that its host keeps.",
          parameters: [Parameter("host", .host, "where"), Parameter("mark", .string, "which")],
          effect: .changes(.idempotent), site: { _, arguments in CallSite(host: arguments.host("host"), facts: [:]) },
          perform: { arguments, context in
            let mark = "\(arguments.host("host")):\(arguments.string("mark"))"
            let isEndless = self.state.withLock { state in
              state.jobs[context.call] = (mark, false)
              return state.endless.contains(mark)
            }
            try await self.note("deploy \(mark)")
            try self.failIfWanted(mark, leavesDoubt: true)
            if isEndless { try await Task.sleep(for: .seconds(3600)) }
            self.finish(context.call)
            return .null
          }),
        Primitive(
          "has", "Whether a mark is set.",
          parameters: [Parameter("host", .host, "where"), Parameter("mark", .string, "which")],
          returns: ReturnType("boolean", "whether"), effect: .reads,
          perform: { arguments, _ in
            let mark = "\(arguments.host("host")):\(arguments.string("mark"))"
            try await self.note("has \(mark)")
            try self.failIfWanted(mark)
            return .bool(self.marks.contains(mark))
          }),
        Primitive(
          "token", "A secret.", parameters: [Parameter("host", .host, "where")], effect: .reads,
          perform: { _, _ in .secret(Secret("SWMTKN-secret-text")) }),
        Primitive(
          "use", "Takes a secret.", parameters: [Parameter("token", .secret, "which")], effect: .changes(.idempotent),
          perform: { arguments, _ in
            try await self.note("use \(arguments.secret("token")!.reveal())")
            return .null
          }),
        Primitive(
          "upper", "Computes.", parameters: [Parameter("text", .string, "what")], effect: .pure,
          perform: { arguments, _ in .string(arguments.string("text").uppercased()) }),
      ])
  }

  /// Work on a host comes to its end, whoever follows it.
  func finish(_ job: String) {
    state.withLock { state in
      guard let mark = state.jobs[job]?.mark, state.jobs[job]?.isOver == false else { return }
      state.jobs[job]?.isOver = true
      state.marks.insert(mark)
    }
  }

  /// What the engine asks about the jobs.
  func commands(
    _ removeTraces: @escaping @Sendable (_ run: String, _ hosts: Set<String>) async -> Void = { _, _ in }
  ) -> HostCommands {
    HostCommands(
      look: { _, effect in
        try await self.note("look \(effect.host ?? ""):\(effect.words.last ?? "")")
        return self.state.withLock { state in
          guard let job = state.jobs[effect.call] else {
            return effect.isLaunched ? .unknown("its traces are gone") : .notBegun
          }
          return job.isOver ? .over("ended") : .running
        }
      },
      end: { _, effect in
        try await self.note("end \(effect.host ?? ""):\(effect.words.last ?? "")")
        return self.state.withLock { state in
          guard state.jobs[effect.call] != nil || !effect.isLaunched else { return .unknown("its traces are gone") }
          state.jobs[effect.call, default: ("", true)].isOver = true
          return .ended
        }
      }, removeTraces: removeTraces)
  }

  private func failIfWanted(_ mark: String, leavesDoubt: Bool = false) throws {
    let fails = state.withLock { state in
      guard let left = state.failures[mark], left > 0 else { return false }
      state.failures[mark] = left - 1
      return true
    }
    if fails {
      throw Failure(
        "world.trouble", "\(mark) did not work", cause: "the cable", isRetryable: true, leavesDoubt: leavesDoubt)
    }
  }
}
