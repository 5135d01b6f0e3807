import Fuzzing

/// A runbook whose steps do random things in random orders: conditions on what a host has, branches, loops, reads, the
/// time, several hosts, an undo. The same seed makes the same one.
///
/// Each command leaves its tag in the log of its host, which is the witness. What follows an `@` in a tag differs from
/// one execution to the next, as words do that hold the time.
struct RandomBody {
  /// The runbook's text.
  private(set) var text = ""
  /// How often each tag may be in its host's log at most, without what follows the `@`.
  private(set) var allowed: [String: Int] = [:]

  private var random: SeededRandom
  private var tags = 0
  private let folder: String
  private let log: String
  private static let hosts = ["h1", "h2"]

  /// - Parameters:
  ///   - witness: Lua text that carries out a command for `host` and `tag`.
  ///   - folder: a folder on the hosts that the body may write to.
  ///   - log: the log on a host.
  init(seed: UInt64, witness: String, folder: String, log: String) {
    random = SeededRandom(seed: seed &+ 0x5eed)
    self.folder = folder
    self.log = log
    var steps = ""
    for number in 1...Int.random(in: 1...3, using: &random) {
      let body = statements(depth: 0, indent: "    ")
      let undo =
        Bool.random(using: &random) ? "{ undo = function()\n\(statements(depth: 1, indent: "    "))  end }, " : ""
      steps +=
        "  keep(step(\"s\(number)\", \(undo)function()\n    local wanted = {}\n\(body)    return wanted\n  end))\n"
    }
    text = """
      local function does(wanted, host, tag)
        if wanted then wanted[#wanted + 1] = host .. ":" .. tag end
        \(witness)
      end
      return runbook { summary = "random", inventory = { stack = false }, function(run)
        local wanted = nil
        local all = {}
        local function keep(list) for _, item in ipairs(list or {}) do all[#all + 1] = item end end
      \(steps)  note("wanted", #all > 0 and all or { "nothing" })
      end }
      """
  }

  private mutating func statements(depth: Int, indent: String) -> String {
    (0..<Int.random(in: 1...3, using: &random)).map { _ in statement(depth, indent) }.joined()
  }

  private mutating func tag(times: Int = 1) -> String {
    tags += 1
    for host in Self.hosts { allowed["\(host):t\(tags)"] = times }
    return "t\(tags)"
  }

  private mutating func host() -> String { Self.hosts.randomElement(using: &random)! }

  private mutating func statement(_ depth: Int, _ indent: String) -> String {
    let host = host(), file = "\(folder)/f\(Int.random(in: 1...3, using: &random))"
    switch Int.random(in: 0..<(depth < 2 ? 12 : 7), using: &random) {
    case 0...2: return "\(indent)does(wanted, \"\(host)\", \"\(tag())\")\n"
    case 3: return "\(indent)file.write(\"\(host)\", \"\(file)\", \"x\")\n"
    case 4:
      let tag = tag(times: 2), line = "\(indent)does(wanted, \"\(host)\", \"\(tag)\")\n"
      return line + line
    case 5:
      let word = [
        "time.now()", "random.integer(1, 1000000)",
        "#ssh.read(\"\(host)\", { \"cat\", \"\(log)\" }, { check = false }).stdout",
      ]
      .randomElement(using: &random)!
      return "\(indent)does(wanted, \"\(host)\", \"\(tag())@\" .. tostring(\(word)))\n"
    case 6: return "\(indent)pcall(function() fail(\"no\") end)\n\(indent)time.sleep(0.05)\n"
    case 7, 8:
      let inner = statements(depth: depth + 1, indent: indent + "  ")
      return
        "\(indent)if not file.exists(\"\(host)\", \"\(file)\") then\n\(indent)  file.write(\"\(host)\", \"\(file)\", \"x\")\n"
        + "\(inner)\(indent)end\n"
    case 9:
      let tag = tag(), count = Int.random(in: 2...3, using: &random)
      for number in 1...count { for host in Self.hosts { allowed["\(host):\(tag)-\(number)"] = 1 } }
      return "\(indent)for i = 1, \(count) do does(wanted, \"\(host)\", \"\(tag)-\" .. i) end\n"
    default:
      let limit = Bool.random(using: &random) ? "{ limit = \(Int.random(in: 1...2, using: &random)) }, " : ""
      let names = ["a", "b", "c", "d"].prefix(Int.random(in: 2...4, using: &random))
      let tag = tag(), second = Bool.random(using: &random) ? self.tag() : nil
      for name in names {
        for host in Self.hosts {
          allowed["\(host):\(tag)-\(name)"] = 1
          if let second { allowed["\(host):\(second)-\(name)"] = 1 }
        }
      }
      let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
      var body = "\(indent)  does(wanted, \"\(host)\", \"\(tag)-\" .. x)\n"
      if let second {
        let other = self.host()
        body +=
          "\(indent)  if x ~= \"b\" or not file.exists(\"\(other)\", \"\(file)\") then file.write(\"\(other)\", \"\(file)\", x) "
          + "does(wanted, \"\(other)\", \"\(second)-\" .. x) end\n"
      }
      return "\(indent)parallel({ \(list) }, \(limit)function(x)\n\(body)\(indent)end)\n"
    }
  }

  /// What is wrong with the hosts' logs: what was done more often than the body says, and, where nobody said of a step
  /// what became of it, what the run wanted and was not done.
  ///
  /// - Parameters:
  ///   - done: lines of the logs, each with its host before a colon.
  ///   - wanted: what the steps say that they did; `nil` where that is not known.
  func problems(done: [String], wanted: [String]?) -> [String] {
    var problems: [String] = []
    for (tag, times) in Dictionary(done.map { (Self.tag($0), 1) }, uniquingKeysWith: +) where times > allowed[tag] ?? 0
    {
      problems.append("\(tag) was done \(times) times, not \(allowed[tag] ?? 0)")
    }
    for tag in wanted ?? [] where tag != "nothing" && !done.contains(tag) { problems.append("\(tag) was lost") }
    return problems.sorted()
  }

  private static func tag(_ line: String) -> String { String(line.split(separator: "@").first ?? "") }
}
