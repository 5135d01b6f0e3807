import Foundation

/// A small file system in memory, mounted as root, which is unmounted also when the test's process is killed.
package enum SmallDisk {
  /// Whether one can be mounted.
  package static let isAvailable = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/mount")
  /// Why tests that need one are skipped.
  package static let whySkipped = "mounting a small disk needs root"

  /// It could not be mounted.
  package struct NotMounted: Error {}

  /// Mounts one on a folder for the time of the work.
  ///
  /// - Parameter options: those of tmpfs, such as `size=2m`.
  package static func with<Result>(
    _ options: String, on folder: String, _ body: () async throws -> Result
  ) async throws -> Result {
    // The shell waits for the end of its input, which comes with the end of this process, however it ends.
    let script = #"""
      trap '' HUP INT TERM
      mount -t tmpfs -o "$1" tmpfs "$2" || exit 1
      echo mounted
      cat >/dev/null
      umount -l "$2"
      """#
    let shell = Process(), input = Pipe(), output = Pipe()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", script, "sh", options, folder]
    shell.standardInput = input
    shell.standardOutput = output
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    shell.terminationHandler = { _ in end.finish() }
    try shell.run()
    try? output.fileHandleForWriting.close()
    let (said, say) = AsyncStream.makeStream(of: Data.self)
    output.fileHandleForReading.readabilityHandler = { say.yield($0.availableData) }
    let isMounted = await said.first { _ in true }?.isEmpty == false
    output.fileHandleForReading.readabilityHandler = nil
    func finish() async {
      try? input.fileHandleForWriting.close()
      for await _ in ended {}
    }
    guard isMounted else {
      await finish()
      throw NotMounted()
    }
    do {
      let result = try await body()
      await finish()
      return result
    } catch {
      await finish()
      throw error
    }
  }
}
