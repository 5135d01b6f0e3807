import Foundation
import Journal

/// Shows a run as plain lines, one per event: time, host (`-` for none), path and what happened.
///
/// For files, pipes, and terminals that can't move their cursor.
package actor PlainLines: Presenter {
  private let run: String
  private let runbook: String
  private var state: RunState
  private let output: any TextOutput
  private let style: Style
  private let columns: Int
  private let now: @Sendable () -> Date
  private var hostWidth = 4

  /// Writes to `output`. `state`: what is known of the run so far, for one that is resumed. `columns`: where the texts
  /// at the end are wrapped.
  package init(
    run: String, runbook: String, state: RunState = RunState(), output: any TextOutput, style: Style,
    columns: Int = 100
  ) {
    self.init(
      run: run, runbook: runbook, state: state, output: output, style: style, columns: columns, now: { Date() })
  }

  init(
    run: String, runbook: String, state: RunState, output: any TextOutput, style: Style, columns: Int,
    now: @escaping @Sendable () -> Date
  ) {
    self.now = now
    self.run = run
    self.runbook = runbook
    self.state = state
    self.output = output
    self.style = style
    self.columns = columns
  }

  /// Writes the event's line or lines. No more output of commands is taken before it is written.
  package func show(_ event: Event) async {
    state.apply(event)
    let time = MomentText(timeZone: style.timeZone).clock(event.at)
    let host = PlainText.line(event.host ?? event.path.flatMap { state.step(at: $0)?.host } ?? "-")
    hostWidth = max(hostWidth, min(24, DisplayWidth.of(host)))
    let start = "\(time)  \(DisplayWidth.pad(host, to: hostWidth))  " + (event.path.map { "\($0): " } ?? "")
    let texts = EventSentence(state: state, run: run, runbook: runbook).texts(event)
    output.write(texts.map { PlainText.line(start + $0) + "\n" }.joined())
    if event.kind == .stepOutput { await output.drain() }
  }

  /// Writes the message as a line.
  package func say(_ text: String) {
    let time = MomentText(timeZone: style.timeZone).clock(now())
    output.write(PlainText.line("\(time)  \(DisplayWidth.pad("-", to: hostWidth))  \(text)") + "\n")
  }

  /// Does nothing: lines do not disturb a question.
  package func pause() {}

  /// See ``pause()``.
  package func resume() {}

  /// Writes how it ended and what to do next.
  package func finish(_ ending: Ending) async {
    let view = EndingView(state: state, ending: ending, style: style)
    output.write("\n" + view.lines(columns: columns).map { $0.text(style, columns: columns) + "\n" }.joined())
    await output.drain()
  }
}
