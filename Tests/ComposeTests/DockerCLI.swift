import Foundation

/// The docker command, for what it does without an engine.
enum DockerCLI {
  /// Whether there is one that merges compose files and prints the result (23.0 and later).
  static let knowsStackConfig: Bool = {
    // An older one answers with the help of `docker stack`, also successfully.
    let help = try? run(["stack", "config", "--help"], environment: [:])
    return help?.status == 0 && help?.output.contains("--compose-file") == true
  }()

  /// Runs the command with these variables, without the user's own configuration, and gives what it printed.
  static func run(_ arguments: [String], environment: [String: String]) throws -> (status: Int32, output: String) {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["docker"] + arguments
    process.environment = environment.merging(["PATH": path, "HOME": "/nonexistent"]) { first, _ in first }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
