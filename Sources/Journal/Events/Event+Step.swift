import Values

extension Event {
  /// A step's attempt begins; durable before its first effect.
  package struct StepStarted: EventContent {
    package static let kind: EventKind = .stepStarted
    /// The line of the runbook.
    package var location: SourceLocation?
    /// Whether the step has an `undo`.
    package var undo: Bool?

    package init(location: SourceLocation? = nil, undo: Bool? = nil) {
      self.location = location
      self.undo = undo
    }
  }

  /// A primitive of the step is about to act; durable before it does.
  package struct EffectStarted: EventContent {
    package static let kind: EventKind = .effectStarted
    /// Its full name.
    package var primitive: String
    /// Whether a second time does no harm.
    package var idempotent: Bool
    /// Whether its host knows it by its name.
    package var reattaches: Bool
    /// Its name in the run.
    package var call: String
    /// What makes two calls equal, with the event's host.
    package var words: [String]
    /// The procedure's commands.
    package var command: [ProcedureCommand]
    /// A digest of the inputs that are not among the words.
    package var input: Secret?
    /// The branch of a `parallel` inside of the step.
    package var branch: String?
    /// What the host reported about itself.
    package var site: [String: String]?

    package init(
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
  package struct EffectLaunched: EventContent {
    package static let kind: EventKind = .effectLaunched
    /// Which.
    package var call: String

    package init(call: String) {
      self.call = call
    }
  }

  /// A call of a later execution is the one that was begun before, and follows it.
  package struct EffectClaimed: EventContent {
    package static let kind: EventKind = .effectClaimed
    /// Which.
    package var call: String

    package init(call: String) {
      self.call = call
    }
  }

  /// The outcome of a call is known.
  package struct EffectEnded: EventContent {
    package static let kind: EventKind = .effectEnded
    /// Which.
    package var call: String
    /// `finished` (it came to its own end), `not_begun` or `ended` (its processes were ended).
    package var outcome: EffectOutcome?
    /// What an idempotent call returned.
    package var result: Value?
    /// What was ended, for people.
    package var text: String?

    package init(call: String, outcome: EffectOutcome? = nil, result: Value? = nil, text: String? = nil) {
      self.call = call
      self.outcome = outcome
      self.result = result
      self.text = text
    }
  }

  /// What a step's commands printed.
  package struct StepOutput: EventContent {
    package static let kind: EventKind = .stepOutput
    /// One line or more, without the end of the last one; bytes if it is not UTF-8. See ``OutputText``.
    package var text: Value

    package init(text: Value) {
      self.text = text
    }
  }

  /// An attempt failed and the step is tried again.
  package struct AttemptFailed: EventContent {
    package static let kind: EventKind = .attemptFailed
    /// Why.
    package var failure: Failure
    /// The pause before the next attempt, in seconds.
    package var retryAfter: Double
    /// How many attempts are allowed.
    package var attempts: Int?
    /// The calls that the next attempt must consider; all of them if the failure leaves doubt.
    package var open: [String]?
    /// Whether an operator has settled the step.
    package var settled: Bool?
    /// Who settled it, if an operator did.
    package var by: String?
    /// How the operator did so.
    package var how: String?

    package init(
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
  package struct StepSucceeded: EventContent {
    package static let kind: EventKind = .stepSucceeded
    /// What it returned.
    package var result: Value
    /// `executed` (something was changed), `read` (the step only reads), `already_so` (its goal held already),
    /// `resolved` (an operator said that it is done) or `reused` (the result is another run's).
    package var outcome: StepOutcome?
    /// The run whose result it is.
    package var run: String?
    /// Who settled it, if an operator did.
    package var by: String?
    /// How the operator did so.
    package var how: String?

    package init(result: Value, outcome: StepOutcome? = nil, run: String? = nil, by: String? = nil, how: String? = nil)
    {
      self.result = result
      self.outcome = outcome
      self.run = run
      self.by = by
      self.how = how
    }
  }

  /// The step failed for this execution of the run.
  package struct StepFailed: EventContent {
    package static let kind: EventKind = .stepFailed
    /// Why.
    package var failure: Failure
    /// The calls that the next attempt must consider; all of them if the failure leaves doubt.
    package var open: [String]?
    /// Whether an operator has settled the step.
    package var settled: Bool?
    /// Who settled it, if an operator did.
    package var by: String?
    /// How the operator did so.
    package var how: String?

    package init(failure: Failure, open: [String]? = nil, settled: Bool? = nil, by: String? = nil, how: String? = nil) {
      self.failure = failure
      self.open = open
      self.settled = settled
      self.by = by
      self.how = how
    }
  }

  /// Not stored: a checkpoint's result was returned to the replaying script.
  package struct StepReplayed: EventContent {
    package static let kind: EventKind = .stepReplayed

    package init() {
    }
  }

  /// Not stored: a host module was called, if tracing is requested.
  package struct CallTraced: EventContent {
    package static let kind: EventKind = .callTraced
    /// An argument of a call.
    package struct Argument: Codable, Sendable, Hashable {
      /// The parameter.
      package var name: String
      /// Its value.
      package var value: Value

      package init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
      }
    }

    /// Its full name.
    package var primitive: String
    /// Its arguments, in order.
    package var arguments: [Argument]
    /// How long it took.
    package var seconds: Double
    /// The line of the runbook.
    package var location: SourceLocation?
    /// Whether it was called in a step's check.
    package var check: Bool?
    /// What it returned.
    package var result: Value?
    /// Why it failed.
    package var failure: Failure?

    package init(
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
