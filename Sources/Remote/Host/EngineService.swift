import Values

/// The Docker engine of a host as a service: what the host's service manager keeps running, stops and starts.
///
/// Where systemd runs, that is `docker.service` with its socket, which would start it again at the first call; else
/// what the `service` command knows as `docker`.
package struct EngineService: Sendable {
  private let transport: any Transport
  private let sudo: Bool
  private let job: JobID
  private let limit: Duration

  /// - Parameters:
  ///   - transport: the way to the host.
  ///   - sudo: whether root is had by `sudo`.
  ///   - job: the name under which the host keeps the one change that is asked for.
  ///   - limit: how long the service may take to stop or to start.
  package init(_ transport: some Transport, sudo: Bool, job: JobID, limit: Duration = .seconds(120)) {
    self.transport = transport
    self.sudo = sudo
    self.job = job
    self.limit = limit
  }

  /// Whether a process of the engine is there, or the service manager is at work on it.
  package func isRunning() async throws -> Bool {
    let command = RemoteCommand.shell(Self.lookScript, sudo: sudo, timeout: .seconds(30))
    return try await transport.run(command, onOutput: nil).lines.first == "running"
  }

  /// Stops it, and returns when its process is gone; `false` when it did not run.
  ///
  /// - Throws: `engine.not_stopped` when it still runs at the end. What the transport throws.
  package func stop() async throws -> Bool { try await change(to: false) }

  /// Starts it, and returns when its process is there; `false` when it ran already. It may take longer until it
  /// answers.
  ///
  /// - Throws: `engine.not_started` when it does not run at the end. What the transport throws.
  package func start() async throws -> Bool { try await change(to: true) }

  /// What the service manager says about the command does not matter: the process counts.
  private func change(to wanted: Bool) async throws -> Bool {
    if try await isRunning() == wanted { return false }
    let verb = wanted ? "start" : "stop"
    let command = RemoteCommand.shell(Self.changeScript, arguments: [verb], sudo: sudo, timeout: limit)
    let result = try await RemoteJob(id: job, command: command, over: transport).run()
    let end = ContinuousClock.now + .seconds(result.isSuccess ? 20 : 0)
    while true {
      if try await isRunning() == wanted { return true }
      guard ContinuousClock.now < end else { break }
      try await Task.sleep(for: .milliseconds(250))
    }
    throw Failure(
      wanted ? .engineNotStarted : .engineNotStopped,
      wanted ? "the Docker engine does not start" : "the Docker engine does not stop", host: transport.host.name,
      cause: result.errorText.isEmpty ? nil : result.errorText,
      hint: "look at `systemctl status docker` (or `service docker status`) and the engine's log, then resume",
      isRetryable: true)
  }

  static let lookScript = #"""
    for file in /run/docker.pid /var/run/docker.pid; do
      process=$(cat "$file" 2>/dev/null) || continue
      [ "$(cat "/proc/$process/comm" 2>/dev/null)" = dockerd ] && { echo running; exit 0; }
    done
    if [ -d /run/systemd/system ]; then
      case $(systemctl show --property=ActiveState docker.service) in
        *=active | *=activating | *=deactivating | *=reloading) echo running; exit 0 ;;
      esac
    fi
    echo stopped
    """#

  static let changeScript = #"""
    if [ -d /run/systemd/system ]; then
      units=docker.service
      if systemctl cat docker.socket >/dev/null 2>&1; then units="docker.socket docker.service"; fi
      exec systemctl "$1" $units
    fi
    command -v service >/dev/null 2>&1 || { echo 'the host has neither systemd nor the command service' >&2; exit 69; }
    exec service docker "$1" >/dev/null </dev/null
    """#
}

extension FailureCode {
  /// The engine's service was asked to stop, and its process still runs.
  package static let engineNotStopped: FailureCode = "engine.not_stopped"
  /// The engine's service was asked to start, and has no process, or does not answer.
  package static let engineNotStarted: FailureCode = "engine.not_started"
}

/// What brings files of a host to its disk.
enum FlushScript {
  /// A shell function: `flush FILE FOLDER` returns when both are on the disk, and fails when that fails.
  ///
  /// Older and smaller versions of `sync` take no files and bring everything there. What may be written need not be
  /// readable, and some file systems can't do it for one file: then everything is brought there as well.
  static let function = #"""
    flush() {
      message=$(LC_ALL=C sync -- "$@" 2>&1) && return
      case $message in
        *"Permission denied"*|*"Invalid argument"*|*"not supported"*|*"not implemented"*) sync;;
        *) printf '%s\n' "$message" >&2; return 1;;
      esac
    }

    """#

  /// A shell function beside it: `place FILE MODE TARGET` gives a whole file its mode and its name, in this order on the
  /// disk, and is to be called under `set -e`. Moving within a folder is atomic.
  static let placing =
    function + #"""
      place() {
        chmod -- "$2" "$1"
        flush "$1"
        if [ -d "$3" ]; then echo "$3: Is a directory" >&2; exit 1; fi
        mv -f -- "$1" "$3"
        flush "$(dirname -- "$3")"
      }

      """#

  /// Brings a file that is there, `$1`, and its name to the disk.
  static let script = function + #"flush "$1" "$(dirname -- "$1")""#
}
