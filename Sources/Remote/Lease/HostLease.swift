import Foundation
import Values

/// The right to change a host, held against everybody who reaches that host, from whichever machine.
///
/// It is a folder on the host itself, `/var/tmp/runbook-lease`, so two operators meet there although they share nothing
/// else. It needs a POSIX shell and no `sudo`, whose use each few seconds would fill the host's log. All users of the
/// host can read it and write into it, because operators log in as different users and the one must be able to displace
/// the expired claim of the other. So it holds among people who work together; it is no wall against a local user who
/// means harm, and who could do no more with it than to be in the way. The folder is there only while somebody holds
/// the lease, or while what a run has half changed waits for the run to go on.
///
/// | file | what it is |
/// |---|---|
/// | `NUMBER` | a claim: its ID, since when, and the holder's words; the highest number holds, and none is ever rewritten |
/// | `NUMBER.ID` | until when, in seconds of the host's clock, and `changed` once something was changed under it |
///
/// All times are those of the host's own clock, so the clocks of the operators' machines do not matter.
public struct HostLease: Sendable {
  /// What a claim says of its holder.
  public struct Claim: Sendable, Hashable {
    /// Lower-case hexadecimal digits that nobody else uses.
    public var id: String
    /// Who holds it, in a fixed order that the caller knows.
    public var words: [String]

    /// Describes a claim.
    public init(id: String, words: [String]) {
      self.id = id
      self.words = words
    }
  }

  /// The claim that stands on a host, as the host tells it. Any user of the host can have written it.
  public struct Standing: Sendable, Hashable {
    /// The claim.
    public var claim: Claim
    /// Since when, by the host's clock.
    public var since: Date
    /// Whether its time is over, by the host's clock.
    public var hasExpired: Bool
    /// Whether something was changed under it.
    public var hasChanged: Bool
    /// Whether its holder has ended it, so that it is a record only.
    public var wasLeft: Bool
  }

  /// What a host answers.
  public enum Answer: Sendable, Hashable {
    /// The lease is the claim's.
    case granted
    /// It is somebody else's, or was until it expired.
    case taken(Standing)
    /// It was the claim's and is nobody's now: somebody displaced it and is done, or it was removed.
    case missing
  }

  /// How long a host may take to answer.
  static let patience: Duration = .seconds(10)

  let transport: any Transport
  let place: String
  let name: String

  /// The lease of a host. Nothing is done yet.
  ///
  /// - Parameters:
  ///   - name: The name of the folder.
  ///   - place: The folder in which it is; `nil` means `/var/tmp`.
  public init(_ transport: any Transport, name: String = "runbook-lease", place: String? = nil) {
    self.transport = transport
    self.name = name
    self.place = place ?? ""
  }

  /// Takes the lease if nobody has it. Taking it again for the same claim extends it.
  ///
  /// - Parameters:
  ///   - seconds: How long it holds without being renewed.
  ///   - hasChanged: Whether something was changed under it.
  ///   - displacing: The IDs of claims that no longer count, whether they have expired or not.
  ///   - expired: The IDs of claims that are displaced if they have expired.
  /// - Throws: A `Failure` `lease.…`, or the transport's.
  public func take(
    _ claim: Claim, for seconds: Int, hasChanged: Bool = false, displacing: Set<String> = [],
    expired: Set<String> = []
  ) async throws -> Answer {
    try await ask(
      HostLeaseScript.take, claim,
      [
        claim.words.map(Self.encode).joined(separator: " "), "\(seconds)", hasChanged ? "1" : "0",
        displacing.sorted().joined(separator: " "), expired.sorted().joined(separator: " "),
      ])
  }

  /// Extends the lease. One that expired and that nobody else took is still the claim's.
  ///
  /// - Parameter seconds: How long it holds from now on; 0 lets it expire, so that only its record stays.
  public func renew(_ claim: Claim, for seconds: Int, hasChanged: Bool = false) async throws -> Answer {
    try await ask(HostLeaseScript.renew, claim, ["\(seconds)", hasChanged ? "1" : "0"])
  }

  /// Gives the lease back and leaves nothing on the host. Giving back a lost one is no error.
  public func release(_ claim: Claim) async throws {
    _ = try await ask(HostLeaseScript.release, claim, [])
  }

  private func ask(_ script: String, _ claim: Claim, _ arguments: [String]) async throws -> Answer {
    let mark = "runbook-lease-\(ControlFolder.randomName())"
    let sudo = transport.host.sudo ? "1" : "0"
    var command = RemoteCommand.shell(
      script, arguments: [mark, place, name, sudo, claim.id] + arguments, timeout: Self.patience)
    // A host that is busy with long commands must not lose its lease for that.
    command.isUrgent = true
    do {
      let result = try await transport.run(command)
      guard result.isSuccess else { throw HostLeaseFailure.refused(result, place: folder, host: transport.host.name) }
      guard let answer = HostLeaseAnswer.read(result, mark: mark) else {
        throw HostLeaseFailure.unreadable(result, host: transport.host.name)
      }
      return answer
    } catch var failure as Failure {
      // Asking again does no harm, so nobody needs to know whether the host heard it.
      failure.leavesDoubt = false
      // A host that is slow now need not be so in a moment.
      if failure.code == .commandTimeout { failure.isRetryable = true }
      throw failure
    }
  }

  private var folder: String { (place.isEmpty ? "/var/tmp" : place) + "/" + name }

  /// A text as a part of a file's name.
  public static func fileName(_ text: String) -> String { encode(text).replacing("/", with: "%2f") }

  /// Words that a shell's `read` and a line of text keep as they are.
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

  static func decode(_ word: some StringProtocol) -> String {
    if word == "%" { return "" }
    let text = String(word).removingPercentEncoding ?? String(word)
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter {
          !$0.properties.isDefaultIgnorableCodePoint
            && $0.properties.generalCategory != .control
        }
      ).prefix(200))
  }
}
