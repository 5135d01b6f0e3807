import Values

extension Event {
  /// A step's attempt begins; durable before its first effect.
  public struct StepStarted: EventContent {
    public static let kind: EventKind = .stepStarted
    /// The line of the runbook.
    public var location: SourceLocation?
    /// Whether the step names what undoes it.
    public var undo: Bool?

    /// Tells it.
    public init(location: SourceLocation? = nil, undo: Bool? = nil) {
      self.location = location
      self.undo = undo
    }
  }

  /// A primitive of the step is about to act; durable before it does.
  public struct EffectStarted: EventContent {
    public static let kind: EventKind = .effectStarted
    /// Its full name.
    public var primitive: String
    /// Whether a second time does no harm.
    public var idempotent: Bool
    /// Whether its host knows it by its name.
    public var reattaches: Bool
    /// Its name in the run.
    public var call: String
    /// What makes two calls equal, with the event's host.
    public var words: [String]
    /// The procedure's commands.
    public var command: [ProcedureCommand]
    /// A digest of what is not among the words.
    public var input: Secret?
    /// The branch of a `parallel` inside of the step.
    public var branch: String?
    /// What the host said of itself.
    public var site: [String: String]?

    /// Tells it.
    public init(
      primitive: String, idempotent: Bool, reattaches: Bool, call: String, words: [String], command: [ProcedureCommand],
      input: Secret? = nil, branch: String? = nil, site: [String: String]? = nil
    ) {
      self.primitive = primitive
      self.idempotent = idempotent
      self.reattaches = reattaches
      self.call = call
      self.words = words
      self.command = command
      self.input = input
      self.branch = branch
      self.site = site
    }
  }

  /// The host has said that a call was begun.
  public struct EffectLaunched: EventContent {
    public static let kind: EventKind = .effectLaunched
    /// Which.
    public var call: String

    /// Tells it.
    public init(call: String) {
      self.call = call
    }
  }

  /// A call of a later execution is the one that was begun before, and follows it.
  public struct EffectClaimed: EventContent {
    public static let kind: EventKind = .effectClaimed
    /// Which.
    public var call: String

    /// Tells it.
    public init(call: String) {
      self.call = call
    }
  }

  /// It is known what became of a call.
  public struct EffectEnded: EventContent {
    public static let kind: EventKind = .effectEnded
    /// Which.
    public var call: String
    /// `finished` (it came to its own end), `not_begun` or `ended` (its processes were ended).
    public var outcome: EffectOutcome?
    /// What an idempotent call returned.
    public var result: Value?
    /// What was ended, for a person.
    public var text: String?

    /// Tells it.
    public init(call: String, outcome: EffectOutcome? = nil, result: Value? = nil, text: String? = nil) {
      self.call = call
      self.outcome = outcome
      self.result = result
      self.text = text
    }
  }

  /// What a step's commands printed.
  public struct StepOutput: EventContent {
    public static let kind: EventKind = .stepOutput
    /// One line or more, without the end of the last one; bytes where it is no UTF-8. See ``OutputText``.
    public var text: Value

    /// Tells it.
    public init(text: Value) {
      self.text = text
    }
  }

  /// An attempt failed and the step is tried again.
  public struct AttemptFailed: EventContent {
    public static let kind: EventKind = .attemptFailed
    /// Why.
    public var failure: Failure
    /// The pause before the next attempt, in seconds.
    public var retryAfter: Double
    /// How many attempts are allowed.
    public var attempts: Int?
    /// The calls that the next attempt must take account of; all of them where the failure leaves doubt.
    public var open: [String]?
    /// Whether a person has said what became of the step.
    public var settled: Bool?
    /// Who said so, where a person did.
    public var by: String?
    /// How the person said so.
    public var how: String?

    /// Tells it.
    public init(
      failure: Failure, retryAfter: Double, attempts: Int? = nil, open: [String]? = nil, settled: Bool? = nil,
      by: String? = nil, how: String? = nil
    ) {
      self.failure = failure
      self.retryAfter = retryAfter
      self.attempts = attempts
      self.open = open
      self.settled = settled
      self.by = by
      self.how = how
    }

    private enum CodingKeys: String, CodingKey {
      case failure
      case retryAfter = "retry_after"
      case attempts
      case open
      case settled
      case by
      case how
    }
  }

  /// The step's checkpoint.
  public struct StepSucceeded: EventContent {
    public static let kind: EventKind = .stepSucceeded
    /// What it returned.
    public var result: Value
    /// `executed` (something was changed), `read` (the step only reads), `already_so` (its goal held already), `resolved` (a person said that it is done) or `reused` (the result is another run's).
    public var outcome: StepOutcome?
    /// The run whose result it is.
    public var run: String?
    /// Who said so, where a person did.
    public var by: String?
    /// How the person said so.
    public var how: String?

    /// Tells it.
    public init(result: Value, outcome: StepOutcome? = nil, run: String? = nil, by: String? = nil, how: String? = nil) {
      self.result = result
      self.outcome = outcome
      self.run = run
      self.by = by
      self.how = how
    }
  }

  /// The step failed for this execution of the run.
  public struct StepFailed: EventContent {
    public static let kind: EventKind = .stepFailed
    /// Why.
    public var failure: Failure
    /// The calls that the next attempt must take account of; all of them where the failure leaves doubt.
    public var open: [String]?
    /// Whether a person has said what became of the step.
    public var settled: Bool?
    /// Who said so, where a person did.
    public var by: String?
    /// How the person said so.
    public var how: String?

    /// Tells it.
    public init(failure: Failure, open: [String]? = nil, settled: Bool? = nil, by: String? = nil, how: String? = nil) {
      self.failure = failure
      self.open = open
      self.settled = settled
      self.by = by
      self.how = how
    }
  }

  /// Not stored: a checkpoint's result was handed to the replaying script.
  public struct StepReplayed: EventContent {
    public static let kind: EventKind = .stepReplayed

    /// Tells it.
    public init() {
    }
  }

  /// Not stored: a host module was called, where that is wanted.
  public struct CallTraced: EventContent {
    public static let kind: EventKind = .callTraced
    /// What a call was given.
    public struct Argument: Codable, Sendable, Hashable {
      /// The parameter.
      public var name: String
      /// Its value.
      public var value: Value

      /// Names an argument.
      public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
      }
    }

    /// Its full name.
    public var primitive: String
    /// What it was given, in order.
    public var arguments: [Argument]
    /// How long it took.
    public var seconds: Double
    /// The line of the runbook.
    public var location: SourceLocation?
    /// Whether it was called in a step's check.
    public var check: Bool?
    /// What it returned.
    public var result: Value?
    /// Why it failed.
    public var failure: Failure?

    /// Tells it.
    public init(
      primitive: String, arguments: [Argument], seconds: Double, location: SourceLocation? = nil, check: Bool? = nil,
      result: Value? = nil, failure: Failure? = nil
    ) {
      self.primitive = primitive
      self.arguments = arguments
      self.seconds = seconds
      self.location = location
      self.check = check
      self.result = result
      self.failure = failure
    }
  }
}
