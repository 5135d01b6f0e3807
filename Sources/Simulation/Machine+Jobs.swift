import Remote

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
