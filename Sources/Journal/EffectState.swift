import Foundation
import Values

/// A primitive that an attempt began to carry out.
public struct EffectState: Sendable, Hashable {
  /// Its full name, for example `swarm.join`.
  public var primitive: String
  /// Whether carrying it out again does no harm.
  public var isIdempotent: Bool
  /// Whether its host knows it by the call's name, so that it can be looked for, followed or ended there.
  public var reattaches: Bool
  /// The commands of the documented procedure that it represents.
  public var commands: [ProcedureCommand]
  /// What names it in its run: for one that reattaches, the name under which its host knows it; empty where none was
  /// recorded.
  public var call: String
  /// The attempt that began it.
  public var attempt: Int
  /// The host that carries it out.
  public var host: String?
  /// What it is, as the parts that make two calls equal; secrets are not among them.
  public var words: [String]
  /// What distinguishes its secret input from another one; `nil` if it has none.
  public var input: Secret?
  /// The branch of a `parallel` inside the step that it belongs to; empty outside of any.
  public var branch: String
  /// What its host reported about itself before the call, for example its boot.
  public var site: [String: String]
  /// When it began.
  public var begunAt: Date?
  /// Whether the host has said that it was begun.
  public var isLaunched = false
  /// Its outcome; `nil` while that is not known.
  public var outcome: EffectOutcome?
  /// The result of an idempotent one that has finished.
  public var result: Value?

  /// Describes an effect.
  public init(
    primitive: String, isIdempotent: Bool, reattaches: Bool = false, commands: [ProcedureCommand] = [],
    call: String = "",
    attempt: Int = 1, host: String? = nil, words: [String] = [], input: Secret? = nil, branch: String = "",
    site: [String: String] = [:], begunAt: Date? = nil
  ) {
    self.primitive = primitive
    self.isIdempotent = isIdempotent
    self.reattaches = reattaches
    self.commands = commands
    self.call = call
    self.attempt = attempt
    self.host = host
    self.words = words
    self.input = input
    self.branch = branch
    self.site = site
    self.begunAt = begunAt
  }

  /// Whether its host can be asked for it: it is known there, and its name was recorded.
  public var isFoundAgain: Bool { reattaches && !call.isEmpty }

  /// What it did, for people: its commands, or its name.
  public var text: String { commands.isEmpty ? primitive : commands.map(\.text).joined(separator: "; ") }
}

/// The outcome of a call, if it is known.
public enum EffectOutcome: String, Codable, Sendable, Hashable, CaseIterable {
  /// It came to its own end, well or badly.
  case finished
  /// It certainly did not begin.
  case notBegun = "not_begun"
  /// Its processes were ended, and none of them is left.
  case ended
}

/// A line that a step's command printed.
public struct OutputLine: Sendable, Hashable {
  /// When.
  public var at: Date
  /// The inventory name of the host.
  public var host: String?
  /// The line.
  public var text: String

  /// Keeps a line.
  public init(at: Date, host: String?, text: String) {
    self.at = at
    self.host = host
    self.text = text
  }
}
