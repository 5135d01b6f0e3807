import Foundation
import Journal
import Values

/// Shows a run as a tree that is redrawn in place at the end of a terminal; see ``TreeRenderer``.
///
/// While a step runs it is redrawn up to ten times a second, else when something happened, and each second, so that the
/// time advances. At the end the whole tree is printed once and stays in the terminal's scrollback.
package actor LiveTree: Presenter {
  private var state: RunState
  private var renderer: TreeRenderer
  private let style: Style
  private let output: any TextOutput
  private let size: @Sendable () -> TerminalSize
  private let now: @Sendable () -> Date
  private let cursorDescriptor: Int32?
  private var region = LiveRegion()
  private var level = 0
  private var ticker: Task<Void, Never>?
  private var isDirty = false
  private var isPaused = false
  private var isFinished = false

  /// Shows a run on the terminal behind a file descriptor.
  ///
  /// `state`: what is known of the run so far, for one that is resumed.
  ///
  /// - Parameters:
  ///   - expected: what earlier runs lead to expect.
  ///   - isVerbose: whether as much of the commands' output is shown as there is room for.
  package init(
    run: String, runbook: String, state: RunState = RunState(), terminal descriptor: Int32, style: Style,
    expected: ExpectedTimes = ExpectedTimes(), isVerbose: Bool = false
  ) {
    self.init(
      run: run, runbook: runbook, state: state, output: DescriptorOutput(descriptor), style: style,
      size: { TerminalSize.current(of: descriptor) ?? TerminalSize(columns: 80, rows: 24) }, now: { Date() },
      cursorDescriptor: descriptor, expected: expected, isVerbose: isVerbose)
  }

  init(
    run: String, runbook: String, state: RunState, output: any TextOutput, style: Style,
    size: @escaping @Sendable () -> TerminalSize, now: @escaping @Sendable () -> Date, cursorDescriptor: Int32?,
    expected: ExpectedTimes = ExpectedTimes(), isVerbose: Bool = false
  ) {
    self.state = state
    self.output = output
    self.style = style
    self.size = size
    self.now = now
    self.cursorDescriptor = cursorDescriptor
    renderer = TreeRenderer(run: run, runbook: runbook)
    renderer.view.expected = expected
    renderer.view.isVerbose = isVerbose
  }

  /// Takes the event in; it is drawn within a tenth of a second.
  package func show(_ event: Event) {
    state.apply(event)
    if event.kind == .runStarted { renderer.view.executionBegan = event.at }
    isDirty = true
    schedule()
  }

  /// Shows a message below the tree until the end.
  package func say(_ text: String) {
    renderer.notices.append(text)
    isDirty = true
    schedule()
  }

  /// Shows what the keys do, in the last line.
  package func offer(keys: String) {
    renderer.keys = keys
    isDirty = true
    schedule()
  }

  /// Shows as much of the commands' output as there is room for, or its newest lines only.
  package func toggleOutput() {
    renderer.view.isVerbose.toggle()
    isDirty = true
    schedule()
  }

  /// Removes the messages of ``say(_:)``.
  package func clearNotices() {
    renderer.notices = []
    isDirty = true
    schedule()
  }

  /// Who requested a pause; `nil` when no one did.
  package var pauseWanted: RunPause? { state.pause }

  /// Removes the tree and shows the cursor again.
  package func pause() async {
    isPaused = true
    output.write(region.clear(size: size()))
    await output.drain()
    if cursorDescriptor != nil { CursorGuard.show() }
  }

  /// Draws the tree again, below what was written meanwhile.
  package func resume() {
    isPaused = false
    region.abandon()
    isDirty = true
    schedule()
  }

  /// Prints the whole tree, how it ended, and what to do next.
  package func finish(_ ending: Ending) async {
    guard !isFinished else { return }
    isFinished = true
    ticker?.cancel()
    await ticker?.value
    let size = size()
    // The final tree can be read by scrolling: it may be higher than the screen, but no one reads thousands of lines.
    let page = TerminalSize(columns: size.columns, rows: max(120, size.rows))
    renderer.notices = []
    renderer.keys = ""
    var lines = renderer.lines(state: state, at: state.lastAt ?? now(), size: page, style: style)
    lines.append(Line())
    lines += EndingView(state: state, ending: ending, style: style).lines(columns: size.columns)
    output.write(region.replace(by: lines, size: size, style: style))
    await output.drain()
    if cursorDescriptor != nil { CursorGuard.show() }
  }

  /// Draws soon, and continues drawing as long as something moves.
  private func schedule() {
    guard ticker == nil, !isPaused, !isFinished else { return }
    ticker = Task {
      while !Task.isCancelled {
        let clock = ContinuousClock()
        let began = clock.now
        let isMoving = draw()
        guard isMoving || state.status == .running, !isPaused, !isFinished else { break }
        // Drawing a thousand hosts takes time; it never takes more than a tenth of a core.
        let pause = max(.milliseconds(100), (clock.now - began) * 9)
        do {
          repeat { try await clock.sleep(for: pause) } while !isMoving && !isDirty && clock.now < began + .seconds(1)
        } catch { break }
      }
      ticker = nil
      // What came since it was drawn last.
      if isDirty { schedule() }
    }
  }

  /// Draws, and says whether something moves that is to be drawn again soon.
  private func draw() -> Bool {
    guard !isPaused, !isFinished else { return false }
    let isMoving = state.status == .running && (state.counts.inDoubt > 0 || state.counts.retrying > 0)
    // A terminal that does not keep up misses frames, not time.
    guard output.isIdle else { return true }
    let wasDirty = isDirty
    isDirty = false
    if let cursorDescriptor {
      if CursorGuard.takeWasStopped() { region.abandon() }
      CursorGuard.hide(on: cursorDescriptor)
    }
    let size = size()
    let room = TerminalSize(columns: size.columns, rows: size.rows - 1)
    let lines = renderer.lines(state: state, at: now(), size: room, style: style, level: &level)
    output.write(region.update(lines, size: size, style: style))
    return wasDirty || isMoving
  }
}
