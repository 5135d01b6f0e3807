import Journal

/// What a primitive knows about the step that it acts for.
public struct EffectContext: Sendable {
  /// The run's ID.
  public var run: String
  /// The step's path.
  public var path: String
  /// The attempt, counted from 1.
  public var attempt: Int
  /// The call's name in the run, also on its host. An equal call of a later attempt has the same.
  public var call: String
  /// The inventory name of the host that was recorded with the call; `nil` where none was.
  public var host: String?
  /// What an earlier attempt left of this call; `nil` where it begins now.
  public var earlier: EarlierCall?
  /// To be called by a primitive that reattaches, as soon as its host has said that the work was begun.
  public var launched: @Sendable () -> Void
  /// Shows and records a line that a command printed on a host. Must not hold a secret.
  public var output: @Sendable (_ line: String, _ host: String?) -> Void
  /// Shows and records what a command printed on a host. Must not hold a secret that the run does not know. Returns when
  /// there is room for more: whoever reads the command's output waits as long.
  public var print: @Sendable (_ piece: PrintedPiece, _ host: String?) async -> Void
  /// To be called by a changing primitive that found everything as it should be and changed nothing: a step of which
  /// all changing calls say so is reported as "already so".
  public var unchanged: @Sendable () -> Void

  /// Describes a call's context.
  public init(
    run: String, path: String, attempt: Int, call: String = "", host: String? = nil,
    earlier: EarlierCall? = nil,
    launched: @escaping @Sendable () -> Void = {},
    output: @escaping @Sendable (_ line: String, _ host: String?) -> Void = { _, _ in },
    print: (@Sendable (_ piece: PrintedPiece, _ host: String?) async -> Void)? = nil,
    unchanged: @escaping @Sendable () -> Void = {}
  ) {
    self.run = run
    self.path = path
    self.attempt = attempt
    self.call = call
    self.host = host
    self.earlier = earlier
    self.launched = launched
    self.output = output
    self.print = print ?? { piece, host in for line in OutputText.lines(of: piece.bytes) { output(line, host) } }
    self.unchanged = unchanged
  }
}

/// What is known about a call that an earlier attempt began and that is continued.
public struct EarlierCall: Sendable, Hashable {
  /// What its host had reported about itself before.
  public var site: [String: String]
  /// Whether its host has said that it was begun.
  public var isLaunched: Bool

  /// Describes what is known.
  public init(site: [String: String], isLaunched: Bool) {
    self.site = site
    self.isLaunched = isLaunched
  }
}

/// A piece of what a command prints: one or more lines, without the end of the last one.
public struct PrintedPiece: Sendable, Hashable {
  /// The bytes as they came.
  public var bytes: [UInt8]
  /// Whether they came from the command's standard error.
  public var isError: Bool
  /// Whether the last line continues in the next piece of the same channel.
  public var isCut: Bool

  /// Describes a piece.
  public init(_ bytes: [UInt8], isError: Bool = false, isCut: Bool = false) {
    self.bytes = bytes
    self.isError = isError
    self.isCut = isCut
  }
}
