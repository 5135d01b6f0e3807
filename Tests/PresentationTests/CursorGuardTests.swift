import Foundation
import Glibc
import TestSupport
import Testing

@testable import Presentation

@Suite("The terminal's cursor", .usualTimeLimit)
struct CursorGuardTests {
  private static let hiddenThenShown = Array("\u{1B}[?25l\u{1B}[?25h".utf8)

  @Test("comes back when the process exits")
  func exits() async throws {
    let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
      CursorGuard.hide(on: STDOUT_FILENO)
      exit(0)
    }
    #expect(Self.contains(result.standardOutputContent))
  }

  @Test("comes back when a signal ends the process, which still ends by that signal")
  func signalled() async throws {
    let result = try await #require(processExitsWith: .signal(SIGTERM), observing: [\.standardOutputContent]) {
      CursorGuard.hide(on: STDOUT_FILENO)
      await Self.die(by: SIGTERM)
    }
    #expect(Self.contains(result.standardOutputContent))
  }

  @Test("a signal that the program handles itself stays its own")
  func handled() async {
    await #expect(processExitsWith: .exitCode(7)) {
      _ = signal(SIGTERM) { _ in _exit(7) }
      CursorGuard.hide(on: STDOUT_FILENO)
      await Self.die(by: SIGTERM)
    }
  }

  /// Sends the signal to the process, as a shell does; threads of the pool block signals, so it is not this one's.
  private static func die(by number: Int32) async {
    kill(getpid(), number)
    // Ended by the signal; the limit is for the case that it does not come.
    try? await Task.sleep(for: .seconds(60))
  }

  private static func contains(_ output: [UInt8]) -> Bool { output.firstRange(of: hiddenThenShown) != nil }
}
