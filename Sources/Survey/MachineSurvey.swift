import Foundation
import Glibc
import Journal
import Remote
import Values

/// Looks at the machine that the program runs on: what a run needs here. Reads only.
package struct MachineSurvey: Sendable {
  /// How this machine is named in what was seen.
  package static let subject = "this machine"

  private let folder: StateFolder
  private let sealer: SecretSealer
  private let home: String
  private let transport = LocalTransport(host: HostSpec(name: "this machine", isLocal: true))

  /// - Parameters:
  ///   - folder: where runs are kept.
  ///   - sealer: the key of its journal.
  ///   - home: the user's home, where ssh's files are.
  package init(folder: StateFolder, sealer: SecretSealer, home: String = NSHomeDirectory()) {
    self.folder = folder
    self.sealer = sealer
    self.home = home
  }

  /// Everything that was seen.
  package func look() async -> [CheckResult] {
    var seen = [await client(), await keys(), knownHosts()]
    seen += state()
    seen.append(await journal())
    seen.append(await clock())
    return seen
  }

  private func checked(
    _ check: String, _ verdict: CheckResult.Verdict, _ text: String, hint: String? = nil
  ) -> CheckResult { CheckResult(Self.subject, check, verdict, text, hint: hint) }

  private func run(_ words: String...) async -> CommandResult? {
    try? await transport.run(RemoteCommand(words, timeout: .seconds(15)))
  }

  private func client() async -> CheckResult {
    guard let result = await run("ssh", "-V"), result.isSuccess else {
      return checked("ssh client", .fail, "there is none", hint: "apt-get install openssh-client")
    }
    let words = result.errorText
    guard let number = words.firstMatch(of: /OpenSSH_(?<major>\d+)\.(?<minor>\d+)/)?.output,
      let major = Int(number.major), let minor = Int(number.minor)
    else { return checked("ssh client", .warn, "it is not OpenSSH: \(words)", hint: "use OpenSSH's client") }
    // The options that open the connections exist since 8.7.
    if (major, minor) < (8, 7) {
      return checked("ssh client", .fail, words, hint: "install OpenSSH 8.7 or later")
    }
    return checked("ssh client", .ok, String(words.prefix { $0 != "," }))
  }

  private func keys() async -> CheckResult {
    let files = ["id_ed25519", "id_ecdsa", "id_rsa", "id_ed25519_sk", "id_ecdsa_sk"].filter {
      FileManager.default.isReadableFile(atPath: "\(home)/.ssh/\($0)")
    }
    let open = files.filter { (mode("\(home)/.ssh/\($0)") ?? 0) & 0o077 != 0 }
    if let first = open.first {
      return checked(
        "ssh keys", .fail, "others may read ~/.ssh/\(first), so ssh does not use it",
        hint: "if no one has read it: chmod 600 ~/.ssh/\(first)")
    }
    let agent = await run("ssh-add", "-l")
    let held = agent?.isSuccess == true ? agent?.lines.count ?? 0 : 0
    if held > 0 { return checked("ssh keys", .ok, "the agent holds \(held) \(held == 1 ? "key" : "keys")") }
    let hasAgent = agent?.status == 1
    if !files.isEmpty {
      return checked(
        "ssh keys", .ok,
        "\(files.joined(separator: ", ")) in ~/.ssh; \(hasAgent ? "the agent holds none" : "no agent")")
    }
    return checked(
      "ssh keys", .warn, "no key in ~/.ssh and none in an agent",
      hint:
        "where ssh's configuration or the inventory names no other key: ssh-keygen -t ed25519, then ssh-copy-id HOST")
  }

  private func knownHosts() -> CheckResult {
    let path = "\(home)/.ssh/known_hosts"
    guard let data = FileManager.default.contents(atPath: path) else {
      return checked(
        "known hosts", .warn, "there is no ~/.ssh/known_hosts",
        hint: "connect to each host once, and compare its key's fingerprint before you answer yes: ssh HOST")
    }
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
    return checked("known hosts", .ok, "\(lines.count) \(lines.count == 1 ? "key" : "keys") in ~/.ssh/known_hosts")
  }

  private func state() -> [CheckResult] {
    var status = stat()
    guard stat(folder.path, &status) == 0 else {
      return [checked("state folder", .ok, "\(folder.path) is made by the first run")]
    }
    guard status.st_mode & S_IFMT == S_IFDIR, access(folder.path, W_OK) == 0 else {
      return [
        checked(
          "state folder", .fail, "\(folder.path) can't be written",
          hint: "correct its owner and its mode, or name another with --state")
      ]
    }
    let isOpen = status.st_mode & 0o077 != 0
    var seen = [
      checked(
        "state folder", isOpen ? .warn : .ok, folder.path + (isOpen ? " can be entered by others" : ""),
        hint: isOpen ? "chmod 700 '\(folder.path)'" : nil)
    ]
    if let key = mode(folder.keyPath), key & 0o077 != 0 {
      seen.append(
        checked(
          "journal's key", .fail, "others may read \(folder.keyPath)",
          hint: "if no one else read it: chmod 600 '\(folder.keyPath)'"))
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    if let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value {
      seen.append(CheckResult(Self.subject, "room", free: free, at: folder.path))
    }
    return seen
  }

  private func mode(_ path: String) -> UInt32? {
    var status = stat()
    return stat(path, &status) == 0 ? UInt32(status.st_mode & 0o777) : nil
  }

  /// Reads every event of every run, so that each checksum is looked at.
  private func journal() async -> CheckResult {
    do {
      try folder.check()
      let store = try await SQLiteJournalStore(path: folder.journalPath, sealer: sealer, access: .readOnly)
      try await store.verify()
      var events = 0
      let runs = try await store.runs()
      for run in runs {
        _ = try await store.run(run.id)
        events += try await store.events(of: run.id, after: 0).count
      }
      try await store.close()
      return checked("journal", .ok, "sound: \(runs.count) runs, \(events) events, \(store.size / 1000) kB")
    } catch let failure as Failure where failure.code == .journalMissing {
      return checked("journal", .ok, "nothing was run yet")
    } catch let failure as Failure {
      return CheckResult(Self.subject, "journal", failure)
    } catch {
      return checked("journal", .fail, "\(error)")
    }
  }

  private func clock() async -> CheckResult {
    let zone = TimeZone.current.identifier
    guard let result = await run("timedatectl", "show", "--property=NTPSynchronized"), result.isSuccess else {
      return checked("clock", .ok, "\(zone); it is not known whether a time server sets it")
    }
    if result.text.hasSuffix("=yes") { return checked("clock", .ok, "\(zone), set by a time server") }
    return checked(
      "clock", .warn, "no time server sets it (\(zone))",
      hint: "set it with chrony or systemd-timesyncd (timedatectl): certificates and leases depend on it")
  }
}
