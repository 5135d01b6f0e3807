import Foundation
import TestSupport
import Testing

@testable import Presentation

@Suite("Writing to a descriptor", .usualTimeLimit)
struct DescriptorOutputTests {
  @Test("all that was written arrives, in order, also when the reader is slow")
  func order() async throws {
    let pipe = Pipe()
    let output = DescriptorOutput(pipe.fileHandleForWriting.fileDescriptor)
    // More than a pipe holds, so that the writing thread has to wait while this one goes on.
    let lines = (0..<20_000).map { "line \($0)\n" }
    for line in lines { output.write(line) }
    let reader = Task.detached { try pipe.fileHandleForReading.readToEnd() }
    await output.drain()
    #expect(output.isIdle)
    try pipe.fileHandleForWriting.close()
    let read = try await reader.value
    #expect(read == Data(lines.joined().utf8))
  }

  @Test("a reader that went away is no end of the program, and no wait for ever")
  func broken() async throws {
    let pipe = Pipe()
    let output = DescriptorOutput(pipe.fileHandleForWriting.fileDescriptor)
    try pipe.fileHandleForReading.close()
    output.write("nobody reads this\n")
    await output.drain()
    output.write("nor this\n")
    await output.drain()
    #expect(output.isIdle)
    try pipe.fileHandleForWriting.close()
  }

  @Test("waiting for a reader that does not read can be cancelled")
  func cancelled() async throws {
    let pipe = Pipe()
    let output = DescriptorOutput(pipe.fileHandleForWriting.fileDescriptor)
    output.write(String(repeating: "x", count: 1_000_000))
    let waiting = Task { await output.drain() }
    waiting.cancel()
    await waiting.value
    #expect(!output.isIdle)
    try pipe.fileHandleForReading.close()
    await output.drain()
    try pipe.fileHandleForWriting.close()
  }
}
