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
package struct HostLock: Sendable {
  /// How long a host may take to answer.
  static let answerTimeout: Duration = .seconds(10)

  let transport: any Transport
  let folder: String
  let name: String

  /// The name of the folder, where nothing else is said.
  package static let usualName = "runbook-lock"

  /// The lock of a host. Nothing is done yet.
  ///
  /// - Parameters:
  ///   - name: The name of the lock's folder.
  ///   - folder: The folder that it is in; `nil` means `/var/tmp`.
  package init(_ transport: any Transport, name: String = usualName, folder: String? = nil) {
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
  package func take(
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
  package func renew(_ request: LockRequest, hasChanged: Bool = false) async throws -> LockResult {
    try await ask(HostLockScript.renew, request, [Self.seconds(request), hasChanged ? "1" : "0"])
  }

  /// Ends the lock and leaves the record that its run has changed something and is not over.
  package func leaveRecord(of request: LockRequest) async throws {
    _ = try await ask(HostLockScript.renew, request, ["0", "1"])
  }

  /// Gives the lock back and leaves nothing on the host. Giving back a lost one is not an error.
  package func release(_ request: LockRequest) async throws {
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
  package static func fileName(_ text: String) -> String {
    HostLockRecord.encode(text).replacing("/", with: "%2f")
  }
}

/// What is in a host's record of a lock, and what a script of ``HostLockScript`` answers: after the session's mark,
/// one line of words that ends in a full stop.
enum HostLockRecord {
  /// The answer of a script; `nil` when it can't be understood.
  static func read(_ result: CommandResult, mark: String) -> LockResult? {
    let lines = result.lines
    guard let start = lines.lastIndex(of: mark), let line = lines[start...].dropFirst().last else { return nil }
    var words = line.split(separator: " ")
    guard words.popLast() == ".", words.count >= 6, let now = Int64(words[1]), let expires = Int64(words[2]),
      let since = Int64(words[5])
    else { return nil }
    switch words[0] {
    case "granted": return .granted
    case "missing": return .missing
    case "taken":
      return .taken(
        HeldLock(
          id: String(words[4]), holder: holder(words.dropFirst(6).map(decode)),
          since: Date(timeIntervalSince1970: Double(since)), hasExpired: now >= expires,
          hasChanged: words[3] == "changed", wasLeft: expires == 0))
    default: return nil
    }
  }

  /// Who holds the lock, as the record has it.
  static func words(of holder: LeaseHolder) -> String {
    [holder.run, holder.user, holder.machine, "\(holder.processID)", holder.bootID, "\(holder.processStart)"]
      .map(encode).joined(separator: " ")
  }

  private static func holder(_ words: [String]) -> LeaseHolder {
    func word(_ index: Int) -> String { index < words.count ? words[index] : "" }
    return LeaseHolder(
      machine: word(2), bootID: word(4), processID: Int32(word(3)) ?? 0, processStart: UInt64(word(5)) ?? 0,
      user: word(1), run: word(0))
  }

  /// A word that a shell's `read` and a line of text keep as it is.
  static func encode(_ word: String) -> String {
    let text = String(word.prefix(200))
    if text.isEmpty { return "%" }
    return text.utf8.map { byte in
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._-/:@".utf8.contains(byte)
      if isPlain { return String(UnicodeScalar(byte)) }
      return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  private static func decode(_ word: Substring) -> String {
    if word == "%" { return "" }
    let text = String(word).removingPercentEncoding ?? String(word)
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter {
          !$0.properties.isDefaultIgnorableCodePoint && $0.properties.generalCategory != .control
        }
      ).prefix(200))
  }
}

extension FailureCode {
  /// The folder of a host's lock is not what it should be.
  package static let lockFolder: FailureCode = "lock.folder"
  /// A host's lock could not be recorded there.
  package static let lockUnwritable: FailureCode = "lock.unwritable"
  /// What a host says about its lock could not be understood.
  package static let lockUnreadable: FailureCode = "lock.unreadable"
}

/// The failures that an operator sees when a host's lock can't be used.
enum HostLockFailure {
  /// The exit code of a script that has found a folder it must not use.
  private static let folderStatus: Int32 = 77

  static func refused(_ result: CommandResult, path: String, host: String) -> Failure {
    // The script's own words come last: sshd and the log-in shell may have said something else before.
    let words = String((result.errorText.split(whereSeparator: \.isNewline).last ?? "").prefix(500))
    let cause = words.isEmpty ? "exit code \(result.status)" : words
    if result.status == folderStatus {
      return Failure(
        .lockFolder, "\(path) is not a folder that the host's operators can use", host: host, cause: cause,
        hint: "ask that user; if no run needs the folder, remove it on \(host), as that user or as root: "
          + "`sudo rm -r \(ShellQuoting.quote([path]))`")
    }
    return Failure(
      .lockUnwritable, "recording on the host that this run changes it failed", host: host, cause: cause,
      hint: "check on \(host) that \(path) can be created and that there is room: `df -h /var/tmp`")
  }

  static func unreadable(_ result: CommandResult, host: String) -> Failure {
    Failure(
      .lockUnreadable, "the host's report on who changes it could not be understood", host: host,
      cause: String(result.text.suffix(200)), hint: "check that the user's login shell runs `sh -c` as it should",
      isRetryable: true)
  }
}
