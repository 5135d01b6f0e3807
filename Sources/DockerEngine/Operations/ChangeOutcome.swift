/// What an operation did, with what it found out.
public enum ChangeOutcome<Detail: Sendable>: Sendable {
  /// Everything was already as it should be; nothing was written.
  case unchanged(Detail)
  /// Something was changed.
  case changed(Detail)

  /// Whether something was changed.
  public var isChanged: Bool { if case .changed = self { true } else { false } }

  /// What was found out.
  public var detail: Detail {
    switch self {
    case .unchanged(let detail), .changed(let detail): detail
    }
  }
}

extension ChangeOutcome: Equatable where Detail: Equatable {}
