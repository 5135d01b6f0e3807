import Journal
import Values

/// What the engine asks of the hosts about commands that were begun there under a name, when no step follows them.
package struct HostCommands: Sendable {
  /// The status of a command that was begun on its host.
  package enum Sight: Sendable, Hashable {
    /// It runs, or some of its processes do.
    case running
    /// Nothing of it runs any more; the end of a sentence that begins with the command: "ended with code 0".
    case over(String)
    /// It was never begun there.
    case notBegun
    /// Its traces are not there any more, and why, as the end of a sentence.
    case unknown(String)
  }

  /// The result of ending a command.
  package enum Ending: Sendable, Hashable {
    /// Nothing of it runs any more; one that was not begun can't begin after that.
    case ended
    /// Its traces are not there any more, so it may still run; why, as the end of a sentence.
    case unknown(String)
  }

  /// The status of a command of that run. Nothing is done to it. Throws a ``Failure`` when its host can't be asked.
  package var look: @Sendable (_ run: String, _ effect: EffectState) async throws -> Sight
  /// Ends all processes of a command. Throws a ``Failure`` when some are left, or its host can't be asked.
  package var end: @Sendable (_ run: String, _ effect: EffectState) async throws -> Ending
  /// Removes what the commands of a run, given by its ID, have left on these hosts. Called just before the end of the
  /// run is recorded, when nothing needs it any more; a host that can't be reached does not cause a failure.
  package var removeTraces: @Sendable (_ run: String, _ hosts: Set<String>) async -> Void

  /// Asks by these functions; where one is left out, there are no such commands.
  package init(
    look: @escaping @Sendable (_ run: String, _ effect: EffectState) async throws -> Sight = { _, _ in .notBegun },
    end: @escaping @Sendable (_ run: String, _ effect: EffectState) async throws -> Ending = { _, _ in .ended },
    removeTraces: @escaping @Sendable (_ run: String, _ hosts: Set<String>) async -> Void = { _, _ in }
  ) {
    self.look = look
    self.end = end
    self.removeTraces = removeTraces
  }
}
