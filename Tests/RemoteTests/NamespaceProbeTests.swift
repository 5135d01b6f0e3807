import Foundation
import Subprocess
import TestSupport
import Testing
import Values

@testable import Remote

@Suite(.usualTimeLimit) struct NamespaceProbeTests {
  private let local = LocalTransport(host: HostSpec(name: "here", isLocal: true))

  private static var canMakeNamespaces: Bool {
    geteuid() == 0
  }

  /// Has a process in a network of its own, with one address, for the time of `body`.
  private func withNetwork(_ body: @Sendable (_ process: Int) async throws -> Void) async throws {
    let script = """
      ip link set lo up; ip address add 192.0.2.1/32 dev lo; ip link add dark type veth peer name far; ip link set far up; ip link set dark up
      ip route add 192.0.2.2/32 dev dark; echo ready; cat
      """
    _ = try await Subprocess.run(
      .name("unshare"), arguments: ["--net", "sh", "-ec", script], input: .inputWriter, output: .sequence,
      error: .discarded
    ) { execution in
      for try await line in execution.standardOutput.strings() where line == "ready" { break }
      try await body(Int(execution.processIdentifier.value))
      try await execution.standardInputWriter.finish()
    }
  }

  @Test(
    "each address is judged by what answered inside the process's own network",
    .enabled(if: canMakeNamespaces, "making namespaces wants root on Linux"))
  func answers() async throws {
    try await withNetwork { process in
      let found = try await NamespaceProbe.tcp(
        ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1", "-x", ""], inside: process, on: local, sudo: false,
        timeout: .seconds(1))
      #expect(found.keys.sorted() == ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
      #expect(found["192.0.2.1"] == .refused)
      #expect(found["192.0.2.2"] == .filtered(reason: "no answer within 1 s"))
      guard case .filtered(let reason)? = found["192.0.2.3"] else {
        Issue.record("\(found)")
        return
      }
      #expect(reason.contains("unreachable"))
      let many = (1...120).map { "127.0.0.\($0)" }
      let all = try await NamespaceProbe.tcp(many, inside: process, on: local, sudo: false)
      #expect(all == Dictionary(uniqueKeysWithValues: many.map { ($0, .refused) }))
    }
  }

  @Test("a process that is gone is an error that passes", .enabled(if: canMakeNamespaces, "it wants root on Linux"))
  func goneProcess() async throws {
    await #expect {
      try await NamespaceProbe.tcp(["127.0.0.1"], inside: 99_999_999, on: local, sudo: false)
    } throws: {
      ($0 as? Failure)?.code == .namespaceAbsent && ($0 as? Failure)?.isRetryable == true
    }
  }

  @Test("without root, or the programs for it, it is said that it is unknown and why", arguments: [77, 69, 1])
  func unknown(status: Int32) async throws {
    let found = try await NamespaceProbe.tcp(["10.0.1.2"], inside: 1, on: Answering(status: status), sudo: false)
    guard case .unknown(let reason)? = found["10.0.1.2"] else {
      Issue.record("\(found)")
      return
    }
    #expect(reason.contains(["77": "root", "69": "nsenter", "1": "exit code 1"]["\(status)"] ?? "?"))
  }

  /// Says nothing and ends with a status.
  private struct Answering: Transport {
    let status: Int32
    var host: HostSpec { HostSpec(name: "da1") }
    func connect() async throws {}
    func run(_ command: RemoteCommand, onOutput: OutputHandler?) async throws -> CommandResult {
      CommandResult(status: status)
    }
    func openStream(_ command: RemoteCommand) async throws -> CommandStream { throw CancellationError() }
    func close() async {}
  }
}
