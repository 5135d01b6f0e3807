import BuiltProgram
import Foundation
import Fuzzing
import Subprocess
import TestSupport
import Testing

private enum Server {
  static var isAvailable: Bool {
    geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd")
  }
}

/// Random step bodies over a real sshd: the program is killed with SIGKILL, its sessions are cut off, and it is resumed.
/// The hosts' own logs are the witness.
///
/// `RUNBOOK_SERVER_BODIES` says how many are tried, `RUNBOOK_SEED` which is the first: a failure names its seed.
@Suite(.usualTimeLimit, .enabled(if: Server.isAvailable, "needs root and an sshd"))
struct ServerBodyTests {
  /// Raises an sshd of its own, runs a body, kills and cuts it off as it is told, and resumes until it is over. Says how
  /// often a person was asked and how the run ended.
  private static let script = #"""
    set -u
    mkdir -p /run/sshd
    for key in host user; do ssh-keygen -q -t ed25519 -N '' -C "$key" -f "$key"; done
    tries=0
    while :; do
      port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 20000))
      cat >sshd_config <<END
    ListenAddress 127.0.0.1:$port
    ListenAddress 127.0.0.2:$port
    HostKey $PWD/host
    PidFile $PWD/pid
    AuthorizedKeysFile $PWD/user.pub
    StrictModes no
    UsePAM no
    PermitRootLogin yes
    PasswordAuthentication no
    MaxStartups 100
    END
      /usr/sbin/sshd -f "$PWD/sshd_config" -E sshd.log && break
      tries=$((tries + 1)); [ "$tries" -lt 20 ] || exit 90
    done
    until [ -s pid ]; do sleep 0.05; done
    sshd=$(cat pid) program=
    trap 'pkill -9 -P "$sshd"; kill "$sshd"; [ -z "$program" ] || kill -9 "$program"' EXIT
    echo "[127.0.0.*]:$port $(cat host.pub)" >known_hosts
    cat >ssh_config <<END
    Host *
      UserKnownHostsFile $PWD/known_hosts
      GlobalKnownHostsFile /dev/null
      IdentityFile $PWD/user
      IdentitiesOnly yes
      IdentityAgent none
    END
    mkdir bin
    printf '#!/bin/sh\nexec /usr/bin/ssh -F "%s" "$@"\n' "$PWD/ssh_config" >bin/ssh
    chmod 755 bin/ssh
    export PATH="$PWD/bin:$PATH" RUNBOOK_STATE="$PWD/state" RUNBOOK_LOCK_FOLDER="$PWD" NO_COLOR=1
    cat >inventory.yaml <<END
    hosts:
      h1: { address: 127.0.0.1, role: manager, ssh: { port: $port, user: root } }
      h2: { address: 127.0.0.2, role: worker, ssh: { port: $port, user: root } }
    END
    known() { "$PROGRAM" list | awk 'NR == 2 { print $1 }'; }
    go() {
      if [ -n "$(known)" ]; then exec "$PROGRAM" resume --yes; else exec "$PROGRAM" run body.lua -i inventory.yaml --yes; fi
    }
    number=0 doubts=0
    (go) >out.0 2>&1 </dev/null & program=$!
    for pause in $PAUSES; do
      sleep "$pause"
      # A cut: all sessions end, what runs on the host goes on. Then the program dies.
      case $CUTS in *" $number "*) pkill -9 -P "$sshd"; sleep 0.2;; esac
      kill -9 "$program" 2>/dev/null; wait "$program" 2>/dev/null
      number=$((number + 1))
      (go) >"out.$number" 2>&1 </dev/null & program=$!
    done
    while :; do
      wait "$program"; code=$?; program=
      [ "$number" -lt 30 ] || { echo "ended 91 $doubts"; cat "out.$number" >&2; exit; }
      case $code in
        0) break;;
        3)
          doubts=$((doubts + 1))
          answer=$(sed -n 's/^ *runbook \(resolve .* --done\) .*/\1/p' "out.$number" | head -n 1)
          eval "\"\$PROGRAM\" $answer" >answer 2>&1 || { cat answer >&2; echo "ended 92 $doubts"; exit; };;
        2) if grep -q "all have ended" "out.$number"; then break; fi;;
      esac
      number=$((number + 1))
      (go) >"out.$number" 2>&1 </dev/null & program=$!
    done
    "$PROGRAM" show "$(known)" >shown
    echo "ended 0 $doubts"
    """#

  @Test("random bodies over a real sshd, killed and cut off: no command twice, none lost")
  func bodies() async throws {
    let variables = ProcessInfo.processInfo.environment
    let count = variables["RUNBOOK_SERVER_BODIES"].flatMap(Int.init) ?? 8
    let first = variables["RUNBOOK_SEED"].flatMap(UInt64.init) ?? 1
    var problems: [String] = [], kills = 0, cuts = 0, doubts = 0
    for seed in first..<(first + UInt64(count)) {
      let result = try await Self.one(seed)
      problems += result.problems.map { "seed \(seed): \($0)" }
      kills += result.kills
      cuts += result.cuts
      doubts += result.doubts
    }
    print(
      "bodies over sshd: \(count) bodies, \(kills) kills, \(cuts) cuts, \(doubts) doubts settled by a person, "
        + "\(problems.isEmpty ? "all" : "not all") held")
    #expect(problems == [])
  }

  private static func one(
    _ seed: UInt64
  ) async throws -> (problems: [String], kills: Int, cuts: Int, doubts: Int) {
    var random = SeededRandom(seed: (seed ^ 0xbeef) &+ 0x5eed)
    let folder = FileManager.default.temporaryDirectory.appending(path: "rb-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let work = #"echo "$0:$1" >>"$2/log"; sleep 0.3; echo "$0:$1" >>"$2/done""#
    let witness =
      "ssh.run(host, { \"sh\", \"-c\", [[\(work)]], host, tag, \"\(folder.path)\" })"
    let body = RandomBody(seed: seed, witness: witness, folder: folder.path, log: folder.path + "/log")
    try body.text.write(to: folder.appending(path: "body.lua"), atomically: true, encoding: .utf8)
    let kills = Int.random(in: 1...3, using: &random)
    let pauses = (0..<kills).map { _ in String(format: "%.2f", Double.random(in: 0.4...2.5, using: &random)) }
    let cuts = (0..<kills).filter { _ in Bool.random(using: &random) }
    let result = try await Subprocess.run(
      .name("bash"), arguments: ["-c", script],
      environment: .inherit.updating([
        "PROGRAM": BuiltProgram.path, "PAUSES": pauses.joined(separator: " "),
        "CUTS": " " + cuts.map { "\($0) " }.joined(),
      ]), workingDirectory: .init(folder.path), input: .none, output: .string(limit: 1 << 16),
      error: .string(limit: 1 << 20))
    let words = (result.standardOutput.split(separator: "\n").last ?? "").split(separator: " ").map(String.init)
    func lines(_ name: String) -> [String] {
      ((try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? "").split(separator: "\n")
        .map(String.init)
    }
    guard words.count == 3, words[0] == "ended", words[1] == "0", let doubts = Int(words[2]) else {
      return (["it did not come to its end: \(words) \(result.standardError.suffix(2000))"], kills, cuts.count, 0)
    }
    // What was begun is at most once in the log; what the run says of itself was also carried out to its end.
    var problems = body.problems(done: lines("log"), wanted: nil)
    if doubts == 0 {
      let wanted = lines("shown").filter { $0.contains("[ ] ") }.compactMap {
        $0.split(separator: "] ").last.map(String.init)
      }
      if wanted.isEmpty { problems.append("it says nothing of what it did: \(lines("shown").suffix(12))") }
      problems += body.problems(done: lines("done"), wanted: wanted)
    }
    return (problems, kills, cuts.count, doubts)
  }
}
