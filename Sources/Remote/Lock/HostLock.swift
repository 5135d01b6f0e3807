import Foundation
import Values

/// The right to change a host, held against every operator who reaches that host, from whichever machine.
///
/// It is a folder on the host itself, `/var/tmp/runbook-lock`, so two operators meet there although they share nothing
/// else. It needs a POSIX shell and no `sudo`, whose use each few seconds would fill the host's log. All users of the
/// host can read it and write into it, because operators log in as different users and the one must be able to take over
/// the expired lock of the other. So it holds among people who work together; it does not stop a local user who
/// means harm, who could only be in the way with it. The folder is there only while the lock is held, or while what a
/// run has half changed waits for the run to be resumed.
///
/// | file | what it is |
/// |---|---|
/// | `NUMBER` | a lock: its ID, since when, and who holds it; the highest number holds, and none is ever rewritten |
/// | `NUMBER.ID` | until when, in seconds of the host's clock, and `changed` once something was changed under it |
///
/// All times are those of the host's own clock, so the clocks of the operators' machines do not matter.
public struct HostLock: Sendable {
  /// How long a host may take to answer.
  static let answerTimeout: Duration = .seconds(10)

  let transport: any Transport
  let folder: String
  let name: String

  /// The name of the folder, where nothing else is said.
  public static let usualName = "runbook-lock"

  /// The lock of a host. Nothing is done yet.
  ///
  /// - Parameters:
  ///   - name: The name of the lock's folder.
  ///   - folder: The folder that it is in; `nil` means `/var/tmp`.
  public init(_ transport: any Transport, name: String = usualName, folder: String? = nil) {
    self.transport = transport
    self.name = name
    self.folder = folder ?? ""
  }

  /// Takes the lock if it is free. Taking it again for the same request extends it.
  ///
  /// - Parameters:
  ///   - hasChanged: Whether something was changed under it.
  ///   - takingOver: The locks that may be taken over.
  /// - Throws: A `Failure` `lock.…`, or the transport's.
  public func take(
    _ request: LockRequest, hasChanged: Bool = false, takingOver: TakenOver = TakenOver()
  ) async throws -> LockResult {
    try await ask(
      HostLockScript.take, request,
      [
        HostLockRecord.words(of: request.holder), Self.seconds(request), hasChanged ? "1" : "0",
        takingOver.gone.sorted().joined(separator: " "), takingOver.expired.sorted().joined(separator: " "),
      ])
  }

  /// Extends the lock. One that expired and that was not taken over still belongs to the request.
  public func renew(_ request: LockRequest, hasChanged: Bool = false) async throws -> LockResult {
    try await ask(HostLockScript.renew, request, [Self.seconds(request), hasChanged ? "1" : "0"])
  }

  /// Ends the lock and leaves the record that its run has changed something and is not over.
  public func leaveRecord(of request: LockRequest) async throws {
    _ = try await ask(HostLockScript.renew, request, ["0", "1"])
  }

  /// Gives the lock back and leaves nothing on the host. Giving back a lost one is not an error.
  public func release(_ request: LockRequest) async throws {
    _ = try await ask(HostLockScript.release, request, [])
  }

  private static func seconds(_ request: LockRequest) -> String { "\(max(1, Int(request.duration.rounded(.up))))" }

  private func ask(_ script: String, _ request: LockRequest, _ arguments: [String]) async throws -> LockResult {
    let mark = "runbook-lock-\(ControlFolder.randomName())"
    let sudo = transport.host.sudo ? "1" : "0"
    var command = RemoteCommand.shell(
      script, arguments: [mark, folder, name, sudo, request.id] + arguments, timeout: Self.answerTimeout)
    // A host that is busy with long commands must not lose its lock for that.
    command.isUrgent = true
    do {
      let result = try await transport.run(command)
      guard result.isSuccess else { throw HostLockFailure.refused(result, path: path, host: transport.host.name) }
      guard let answer = HostLockRecord.read(result, mark: mark) else {
        throw HostLockFailure.unreadable(result, host: transport.host.name)
      }
      return answer
    } catch var failure as Failure {
      // Asking again does no harm, so it does not matter whether the host heard it.
      failure.leavesDoubt = false
      // A host that is slow now need not be so in a moment.
      if failure.code == .commandTimeout { failure.isRetryable = true }
      throw failure
    }
  }

  private var path: String { (folder.isEmpty ? "/var/tmp" : folder) + "/" + name }

  /// A text as a part of a file's name.
  public static func fileName(_ text: String) -> String {
    HostLockRecord.encode(text).replacing("/", with: "%2f")
  }
}
