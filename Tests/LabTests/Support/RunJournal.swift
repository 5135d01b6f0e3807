import Foundation
import Subprocess

/// A journal, read with the plain `sqlite3` command.
struct RunJournal: Sendable {
  /// The database's file.
  let path: String

  /// The rows of a query, each as the text of its columns with `|` between.
  func rows(_ query: String) async throws -> [String] {
    let result = try await Subprocess.run(
      .name("sqlite3"), arguments: ["-readonly", "-cmd", ".timeout 5000", path, query],
      output: .string(limit: 4 << 20), error: .string(limit: 1 << 20))
    guard result.terminationStatus.isSuccess else { throw Unreadable(words: result.standardError) }
    return result.standardOutput.split(separator: "\n").map(String.init)
  }

  /// The ID of the newest run.
  func newestRun() async throws -> String {
    try await rows("SELECT id FROM runs ORDER BY created_at DESC LIMIT 1").first ?? ""
  }

  /// The ID of the newest run that has changed something, or was about to.
  func newestChangingRun() async throws -> String {
    try await rows(
      """
      SELECT id FROM runs WHERE id IN (SELECT run FROM events WHERE kind = 'effect.started')
      ORDER BY created_at DESC LIMIT 1
      """
    ).first ?? ""
  }

  /// The paths of steps that have a checkpoint.
  func checkpoints() async throws -> [String] {
    try await rows("SELECT path FROM events WHERE kind = 'step.succeeded' ORDER BY path")
  }

  /// The paths of steps that have more than one checkpoint in a run; never any.
  func checkpointedTwice() async throws -> [String] {
    try await rows(
      "SELECT path FROM events WHERE kind = 'step.succeeded' GROUP BY run, path HAVING count(*) > 1 ORDER BY path")
  }

  /// The paths of steps that changed something, or were about to.
  func changing() async throws -> [String] {
    try await rows("SELECT DISTINCT path FROM events WHERE kind = 'effect.started' ORDER BY path")
  }

  /// The paths of steps that were started although they had a checkpoint already; never any.
  func repeated() async throws -> [String] {
    try await rows(
      """
      SELECT again.path FROM events again JOIN events done ON done.run = again.run AND done.path = again.path
      WHERE done.kind = 'step.succeeded' AND again.kind IN ('step.started', 'effect.started', 'step.succeeded')
        AND again.sequence > done.sequence
      """)
  }

  /// The paths of steps that were started more than once.
  func startedTwice() async throws -> [String] {
    try await rows(
      "SELECT path FROM events WHERE kind = 'step.started' GROUP BY run, path HAVING count(*) > 1 ORDER BY path")
  }

  /// The statement could not be carried out.
  struct Unreadable: Error {
    /// What `sqlite3` said.
    let words: String
  }
}
