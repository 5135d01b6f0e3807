import Crypto
import Remote
import Values

/// What a simulated host is besides its engine: its files, the jobs that were left on it, who may change it.
struct Machine: Sendable {
  /// A file.
  struct File: Sendable, Hashable {
    var contents: [UInt8]
    var mode: UInt16 = 0o644
  }

  /// A command that was left on the host. Here it has ended as soon as it began.
  struct Job: Sendable {
    var stdout: [UInt8]
    var stderr: [UInt8]
    var status: Int32
  }

  /// Who may change the host; see `HostLock`.
  struct Lock: Sendable {
    var id: String
    var since: Int64
    var expires: Int64
    var hasChanged: Bool
    var words: String
  }

  /// By their absolute paths.
  var files: [String: File] = [:]
  /// Folders that hold nothing; others are there because something is in them.
  var folders: Set<String> = ["/tmp", "/var/tmp", "/root", "/home", "/etc", "/opt", "/var/lib/docker"]
  /// By run and name.
  var jobs: [String: [String: Job]] = [:]
  /// The mark of each run's folder of jobs.
  var jobMarks: [String: String] = [:]
  /// When the certificate ends that its node has at the world's beginning, in seconds since 1970, where the world says so.
  var firstCertificate: (node: String, ends: Double)?
  /// The root certificate that signed the node's.
  var certificateRoot: String?
  /// When it was issued.
  var certificateIssuedAt: Double?
  /// What was saved of the engine's swarm when it was stopped last.
  var stateAtStop: [UInt8]?
  /// Whether the engine's swarm folder was there then.
  var hadStateAtStop = false
  /// By place and name.
  var locks: [String: Lock] = [:]

  /// Whether there is a folder.
  func isFolder(_ path: String) -> Bool {
    path == "/" || folders.contains(path) || files.keys.contains { $0.hasPrefix(path + "/") }
      || folders.contains { $0.hasPrefix(path + "/") }
  }
}

/// How paths are written.
enum MachinePath {
  /// The absolute path without `.`, `..` and doubled slashes; of a relative one below a folder.
  static func absolute(_ path: String, in folder: String?) -> String {
    let whole = path.hasPrefix("/") ? path : (folder ?? "/root") + "/" + path
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The folder that something is in.
  static func folder(of path: String) -> String {
    let parts = path.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }
}

// The scripts of `RemoteFiles` and `FileTransfer`, carried out on a file tree in memory.
extension Machine {
  mutating func carryOut(file script: KnownScript, _ words: [String], input: [UInt8]) -> CommandResult {
    let path = MachinePath.absolute(words.first ?? "", in: nil)
    func fails(_ words: String) -> CommandResult {
      CommandResult(status: 1, stderr: Array("\(path): \(words)\n".utf8))
    }
    func says(_ text: String) -> CommandResult { CommandResult(status: 0, stdout: Array((text + "\n").utf8)) }
    let folder = isFolder(path)
    switch script {
    case .lookForFile: return says(files[path] != nil || folder ? "yes" : "no")
    case .flushFile: return files[path] == nil ? fails("No such file or directory") : CommandResult(status: 0)
    case .removeFile:
      if folder { return fails("Is a directory") }
      return files.removeValue(forKey: path) == nil ? CommandResult(status: 0) : says("removed")
    case .transferLook:
      let file = files[path]
      let isSame =
        file.map {
          "\($0.contents.count)" == words[2] && Self.digest($0.contents) == words[3]
            && String($0.mode, radix: 8) == words[4]
        } ?? false
      return says(isSame && words[1] == "sha256" ? "same" : words[1])
    case .writeFile, .transferReceive:
      if folder { return fails("Is a directory") }
      guard isFolder(MachinePath.folder(of: path)) else { return fails("No such file or directory") }
      let size = script == .writeFile ? words[1] : words[2]
      guard "\(input.count)" == size else {
        return CommandResult(status: 1, stderr: Array("the contents did not arrive whole\n".utf8))
      }
      files[path] = File(contents: input, mode: UInt16(words.last ?? "", radix: 8) ?? 0o600)
      return CommandResult(status: 0)
    default: break
    }
    guard let file = files[path] else { return fails(folder ? "Is a directory" : "No such file or directory") }
    switch script {
    case .readFile: return CommandResult(status: 0, stdout: Array(file.contents.prefix(Int(words[1]) ?? .max)))
    case .transferSend: return CommandResult(status: 0, stdout: file.contents)
    case .transferDigest: return says("sha256 \(file.contents.count) \(Self.digest(file.contents))")
    default: return says("\(Self.digest(file.contents))  -")
    }
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    Hexadecimal.encode(SHA256.hash(data: bytes))
  }
}

// The scripts of `HostLock`.
extension Machine {
  /// - Parameter now: the host's clock, in whole seconds.
  mutating func carryOut(lock script: KnownScript, _ words: [String], now: Int64) -> CommandResult {
    let place = (words[1].isEmpty ? "/var/tmp" : words[1]) + "/" + words[2], mine = words[4]
    func say(_ answer: String, _ lock: Lock?) -> CommandResult {
      guard let lock else { return Self.say(words[0], "\(answer) \(now) 0 clean - 0 ") }
      let reported = answer == "taken" ? lock.words : ""
      return Self.say(
        words[0],
        "\(answer) \(now) \(lock.expires) \(lock.hasChanged ? "changed" : "clean") \(lock.id) \(lock.since) \(reported)"
      )
    }
    let lock = locks[place]
    switch script {
    case .takeLock:
      func names(_ text: String) -> [Substring] { text.split(separator: " ") }
      if let lock, lock.id != mine, !names(words[8]).contains(Substring(lock.id)) {
        guard names(words[9]).contains(Substring(lock.id)), now >= lock.expires else { return say("taken", lock) }
      }
      let new = Lock(
        id: mine, since: lock?.id == mine ? lock?.since ?? now : now, expires: Self.end(now, words[6]),
        hasChanged: words[7] == "1", words: words[5])
      locks[place] = new
      return say("granted", new)
    case .renewLock:
      guard var lock else { return say("missing", nil) }
      guard lock.id == mine else { return say("taken", lock) }
      lock.expires = (Int64(words[5]) ?? 0) > 0 ? Self.end(now, words[5]) : 0
      lock.hasChanged = words[6] == "1"
      locks[place] = lock
      return say("granted", lock)
    default:
      if lock?.id == mine { locks[place] = nil }
      return say("granted", nil)
    }
  }

  /// The end of so many seconds from then on, the second that has begun included.
  private static func end(_ now: Int64, _ seconds: String) -> Int64 {
    now.addingBounded(Int64(seconds) ?? 0).addingBounded(1)
  }
}

// The scripts of `RemoteJob`: what they say after the session's mark, word by word.
extension Machine {
  /// Makes the folder for a run's jobs ready.
  mutating func prepareJobs(_ words: [String], boot: String) -> CommandResult {
    let mark = jobMarks[words[1]] ?? words[3]
    jobMarks[words[1]] = mark
    return Self.say(words[0], "site \(mark) \(boot)")
  }

  /// A job has ended as soon as it began; one that was not begun can't begin any more. Of one that was, and has no trace,
  /// nothing is known.
  mutating func terminate(_ words: [String], boot: String) -> CommandResult {
    if jobs[words[1]]?[words[2]] == nil {
      let mark = jobMarks[words[1]] ?? "-"
      if words[6] == "1" || words[7] != "-" && words[7] != mark { return Self.say(words[0], "unknown \(mark) \(boot)") }
      jobs[words[1], default: [:]][words[2]] = Job(stdout: [], stderr: [], status: 137)
    }
    return Self.say(words[0], "ended")
  }

  /// Starts a job, unless it was started before.
  ///
  /// - Parameter run: carries out the command.
  mutating func launch(_ words: [String], run: (RemoteCommand, inout Machine) -> CommandResult, input: [UInt8])
    -> CommandResult
  {
    let (mark, folder, name) = (words[0], words[1], words[2])
    if jobs[folder]?[name] != nil { return Self.say(mark, "there") }
    guard var command = ShellLine.read(words[4]) else {
      return CommandResult(
        status: 74, stdout: Array("\(mark)\n".utf8), stderr: Array("this line is not understood\n".utf8))
    }
    command.stdin = input
    let result = run(command, &self)
    jobs[folder, default: [:]][name] = Job(stdout: result.stdout, stderr: result.stderr, status: result.status)
    return Self.say(mark, "started")
  }

  func follow(_ words: [String], boot: String) -> CommandResult {
    guard let job = jobs[words[1]]?[words[2]] else {
      return Self.say(words[0], "unknown \(jobMarks[words[1]] ?? "-") \(boot)")
    }
    var budget = Int(words[5]) ?? 0
    var text = words[0] + "\n"
    for (name, bytes, known) in [("stdout", job.stdout, words[3]), ("stderr", job.stderr, words[4])] {
      let rest = bytes.dropFirst(Int(known) ?? 0).prefix(budget)
      guard !rest.isEmpty else { continue }
      budget -= rest.count
      text += "\(name) .\n"
      for line in stride(from: rest.startIndex, to: rest.endIndex, by: 16) {
        for byte in rest[line..<min(line + 16, rest.endIndex)] {
          text += (byte < 16 ? " 0" : " ") + String(byte, radix: 16)
        }
        text += "\n"
      }
    }
    text += budget <= 0 ? "more .\n" : "finished \(job.status) .\n"
    return CommandResult(status: 0, stdout: Array(text.utf8))
  }

  mutating func removeJobs(_ words: [String]) -> CommandResult {
    if words.count > 2, !words[2].isEmpty {
      jobs[words[1]]?[words[2]] = nil
    } else {
      jobs[words[1]] = nil
      jobMarks[words[1]] = nil
    }
    return Self.say(words[0], "left 0")
  }

  static func say(_ mark: String, _ answer: String) -> CommandResult {
    CommandResult(status: 0, stdout: Array("\(mark)\n\(answer) .\n".utf8))
  }
}
