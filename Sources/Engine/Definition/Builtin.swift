/// A function that every runbook has beside the host modules, for example `step`.
///
/// As with ``Primitive``, one description serves the argument checks, `runbook check`, the editor's definitions and the
/// reference.
public struct Builtin: Sendable {
  /// The name as a runbook calls it, for example `log.info`.
  public var name: String
  /// What it does, as one or more sentences.
  public var summary: String
  /// The lists of parameters that it takes, the usual one first.
  public var forms: [[Parameter]]
  /// Whether it takes any number of further arguments.
  public var isVariadic: Bool
  /// What it returns. `Result` is whatever its function returns.
  public var returns: ReturnType
  /// Where it may be called.
  public var location: Place
  /// Whether plain Lua has a function of that name and kind, so that editors know it already.
  public var isLuas: Bool

  /// Where a built-in may be called.
  public enum Place: Sendable, Hashable {
    /// Anywhere.
    case anywhere
    /// While the runbook's function runs, not while files are loaded.
    case running
    /// While the runbook's function runs, and not inside a step.
    case betweenSteps
  }

  /// Describes a built-in.
  public init(
    _ name: String, _ summary: String, _ forms: [Parameter]..., isVariadic: Bool = false,
    returns: ReturnType = .nothing, location: Place = .anywhere, isLuas: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.forms = forms
    self.isVariadic = isVariadic
    self.returns = returns
    self.location = location
    self.isLuas = isLuas
  }

  /// The usual parameters.
  public var parameters: [Parameter] { forms.first ?? [] }
}
