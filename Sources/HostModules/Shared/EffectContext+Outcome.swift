import DockerEngine
import Engine

extension EffectContext {
  /// What an operation found out; also records when it changed nothing.
  func result<Detail>(of outcome: ChangeOutcome<Detail>) -> Detail {
    if !outcome.isChanged { unchanged() }
    return outcome.detail
  }
}
