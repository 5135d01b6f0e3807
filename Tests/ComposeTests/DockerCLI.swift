import Compose
import Foundation
import PinnedTools

/// Docker's client in one of the versions that are compared with, for what it does without an engine.
enum DockerCLI: CaseIterable, Sendable {
  case v20, v26, v28

  var tool: PinnedTool {
    switch self {
    case .v20: .docker20
    case .v26: .docker26
    case .v28: .docker28
    }
  }

  var dialect: ComposeDialect {
    switch self {
    case .v20: .docker20
    case .v26: .docker26
    case .v28: .docker28
    }
  }

  static let areExpected = allCases.allSatisfy(\.tool.isExpected)
  static let obstacle = "Docker's clients can't be fetched (Tests/Lab/pinned-tools)"

  /// The client ended by a fault of its own.
  struct Crash: Error { var client: String }

  /// What the client makes of compose files.
  enum Reading {
    /// It takes them; with what it has merged, where it prints that.
    case taken(String?)
    case refused(String)
  }

  /// Has it read files, with these variables and without the user's own configuration.
  func read(_ files: [String], environment: [String: String]) throws -> Reading {
    let options = files.flatMap { ["-c", $0] }
    // 20.10 has no `stack config`; but it reads the files before it looks for an engine, and here is none.
    let words = self == .v20 ? ["stack", "deploy"] + options + ["x"] : ["stack", "config"] + options
    let own = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "DOCKER_HOST": "tcp://127.0.0.1:1"]
    let folder = tool.folder ?? "/nonexistent"
    let result = try Tool.run(folder + "/docker", words, environment: environment.merging(own) { _, own in own })
    // What a client crashes at is not a verdict, and not a file to be kept.
    if result.errors.contains("goroutine ") {
      throw Crash(client: "\(self)")
    }
    if self == .v20 {
      return result.errors.contains("Cannot connect to the Docker daemon") ? .taken(nil) : .refused(result.errors)
    }
    return result.status == 0 ? .taken(result.output) : .refused(result.errors)
  }
}
