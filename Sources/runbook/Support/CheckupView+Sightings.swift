import Presentation
import Survey

extension CheckupView {
  /// A view of what was found.
  init(_ sightings: [CheckResult]) {
    self.init(
      sightings.map { seen in
        let verdict: Verdict =
          switch seen.verdict {
          case .ok: .ok
          case .warn: .warn
          case .fail: .fail
          }
        return Entry(
          subject: seen.subject, check: seen.check, verdict: verdict, text: seen.text, hint: seen.hint)
      })
  }
}
