import Foundation
import Journal
import LuaVM
import Values

/// One execution of a run: from its first event in this process to its last.
struct RunExecution: Sendable {
  let run: RunRecord
  let source: RunSource
  let surroundings: RunSurroundings
  let recorder: Recorder
  let history: RunState
  let events: [Event]

  /// Executes, records how it ended, and tells.
  func go() async -> RunOutcome {
    do {
      try await recorder.record(
        recorder.event(
          .runStarted,
          [
            "machine": .string(surroundings.holder.machine), "pid": .integer(Int64(surroundings.holder.processID)),
            "user": .string(surroundings.holder.user), "resumed": .bool(history.executions > 0),
          ]))
      let outcome = await ending { try await script() }
      try await recorder.flush()
      try await close(outcome)
      return outcome
    } catch {
      return .failed(FailureMapping.failure(error))
    }
  }

  private func script() async throws {
    let conversion = Conversion(hosts: source.hosts)
    let driver = LiveDriver(
      run: run.id, recorder: recorder, history: history, conversion: conversion, clock: surroundings.clock,
      stop: surroundings.stop, approver: surroundings.approver, recordedValues: RecordedValues(events: events))
    let session = try await ScriptSession(
      driver: driver, conversion: conversion, hostModules: surroundings.hostModules, path: source.searchPath,
      folder: source.folder, limits: surroundings.limits)
    let ending: Result<Void, any Error> = await withTaskGroup(of: Result<Void, any Error>?.self) { group in
      group.addTask {
        do {
          let definition = try await session.load(source.runbookPath, text: SourceFile.text(of: source.runbookPath))
          try await session.execute(definition, run: run.id, parameters: run.parameters)
          return .success(())
        } catch { return .failure(error) }
      }
      group.addTask {
        await ScriptWatch(session: session, stop: surroundings.stop).interruptWhenStuck(after: nil)
        return nil
      }
      var result: Result<Void, any Error>?
      while result == nil { result = await group.next() ?? .failure(StopRequested()) }
      group.cancelAll()
      return result!
    }
    await session.runtime.close()
    try ending.get()
  }

  private func ending(_ work: () async throws -> Void) async -> RunOutcome {
    do {
      try await work()
      return .succeeded
    } catch let needed as PersonNeeded {
      return .waiting(reason: needed.reason, path: needed.path, message: needed.message)
    } catch let refused as RunRefused {
      let changed = await recorder.state.counts.changed
      return changed == 0 ? .refused(refused.failure) : .failed(refused.failure)
    } catch is StopRequested {
      return .interrupted
    } catch let error as LuaError where error.kind == .interrupted {
      return .interrupted
    } catch is CancellationError {
      return .interrupted
    } catch {
      return .failed(FailureMapping.failure(error))
    }
  }

  private func close(_ outcome: RunOutcome) async throws {
    let counts = await recorder.state.counts
    switch outcome {
    case .succeeded:
      try await recorder.record(
        recorder.event(
          .runSucceeded,
          ["changed": .integer(Int64(counts.changed)), "unchanged": .integer(Int64(counts.done - counts.changed))]))
    case .failed(let failure):
      try await recorder.record(recorder.event(.runFailed, ["failure": failure.value]))
    case .refused(let failure):
      try await recorder.record(recorder.event(.runRefused, ["failure": failure.value]))
    case .interrupted:
      try await recorder.record(recorder.event(.runInterrupted, ["reason": "stopped"]))
    case .waiting:
      break  // recorded by the step that waits, together with its reason
    }
  }
}
