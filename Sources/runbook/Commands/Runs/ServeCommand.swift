import ArgumentParser
import Engine
import Foundation
import Journal
import Presentation
import Values
import Web

/// `runbook serve`
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Show the runs as a page: live tree and timeline, approvals and pause.",
    discussion: """
      The page is for this machine only, unless --listen says otherwise. Users log in with a token, which is shown \
      here at the start and is new each time, or is in the file that --token-file names. The page is served without \
      encryption: for other machines put a proxy with TLS in front of it, and name it with --host-name, or use ssh -L.
      """)

  @Option(help: ArgumentHelp("Listen on this address; port 0 chooses a free one.", valueName: "address:port"))
  var listen = "127.0.0.1:8734"

  @Option(help: "Another name under which browsers reach the page. Can be repeated.")
  var hostName: [String] = []

  @Option(
    help: "The file with the token, readable by its owner only, with 32 characters or more.",
    completion: .file())
  var tokenFile: String?

  @Flag(help: "Read-only: the page can't change anything.")
  var readOnly = false

  @Flag(help: "Listen on an address that other machines can reach, and let them approve and pause.")
  var allowRemote = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let (host, port) = try ListenAddress.parse(listen)
      let configuration = WebConfiguration(
        host: host, port: port, names: hostName, isReadOnly: readOnly, user: ProcessIdentity.current.user)
      guard configuration.isLoopback || readOnly || allowRemote else {
        throw Failure(
          .webExposed, "other machines could reach \(listen), and the connection is not encrypted",
          hint: "add --read-only, or --allow-remote if that network may approve and pause runs")
      }
      let token = try token()
      let journal = ServedJournal(options, isReadOnly: readOnly)
      // A journal that can't be opened is reported now, not to the first browser.
      _ = try await journal.opened()
      let server = try WebServer(
        configuration, token: token, journal: journal.journal, actions: PageActions(journal).actions)
      let stop = StopSignal()
      let signals = Signals(stop: stop)
      defer { withExtendedLifetime(signals) {} }
      let screen = Screen(options), json = options.json, isShown = tokenFile == nil
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await server.run { address in
            let login = isShown ? "\(address)/login#token=\(token.reveal())" : "\(address)/login"
            let document: Value = ["url": .string(address)]
            screen.print(
              json
                ? [(try? JSON.encode(document, secrets: .hidden)) ?? ""]
                : [
                  "Serving the runs\(readOnly ? ", read-only," : "") at \(login)",
                  isShown
                    ? "The part after # is the token; it is valid until this ends. Ctrl-C ends it."
                    : "Log in with the token in the token file. Ctrl-C ends it.",
                ])
          }
        }
        group.addTask { await stop.wait() }
        try await group.next()
        group.cancelAll()
      }
      return .success
    }
  }

  private func token() throws -> AccessToken {
    if let tokenFile { return try TokenFile(tokenFile).read() }
    // Output that does not go to a terminal may be kept, and a token must not be.
    guard isatty(STDOUT_FILENO) == 1, !options.json else {
      throw Failure(
        .webToken, "a token is shown only on a terminal, and the output is not a terminal",
        hint: "make a file with one: (umask 077; openssl rand -hex 32 > token), and name it with --token-file")
    }
    return AccessToken()
  }
}

extension FailureCode {
  /// Other machines could reach the page, and no option allows that.
  static let webExposed: FailureCode = "web.exposed"
  /// There is no token to log in with.
  static let webToken: FailureCode = "web.token"
}

/// The journal that a page shows and records answers in. It is opened once for both, and the page never opens a secret.
actor ServedJournal {
  private let options: GlobalOptions
  private let isReadOnly: Bool
  private var store: SQLiteJournalStore?
  private var opening: Task<SQLiteJournalStore?, any Error>?

  init(_ options: GlobalOptions, isReadOnly: Bool) {
    self.options = options
    self.isReadOnly = isReadOnly
  }

  /// The journal; `nil` while there is none yet and nothing may be written.
  func opened() async throws -> SQLiteJournalStore? {
    if let store { return store }
    let opening =
      self.opening
      ?? Task { [options, isReadOnly] in
        try await isReadOnly
          ? JournalAccess.forReading(options) : JournalAccess.forWriting(options, access: .answering)
      }
    self.opening = opening
    defer { self.opening = nil }
    store = try await opening.value
    return store
  }

  nonisolated var journal: WebJournal {
    WebJournal(open: { try await self.opened() }, isGone: { Liveness.isGone($0, $1, $2) })
  }
}

/// What the page does to runs: the same as the commands `approve`, `reject`, `pause` and `unpause`.
struct PageActions: Sendable {
  private let journal: ServedJournal

  init(_ journal: ServedJournal) { self.journal = journal }

  var actions: WebActions {
    WebActions(
      answer: { run, isYes, user in try await control().answer(run, isYes: isYes, by: user, how: "page") },
      pause: { run, user in try await control().pause(run, by: user, how: "page") },
      unpause: { run, user in try await control().unpause(run, by: user, how: "page") })
  }

  private func control() async throws -> RunControl {
    guard let store = try await journal.opened() else {
      throw Failure(.journalMissing, "there is no journal yet, so there are no runs")
    }
    return RunControl(RunServices(store: store))
  }
}

/// The file that holds the token of the page.
struct TokenFile {
  private let path: String

  init(_ path: String) { self.path = path }

  /// Reads the token. A file that others can read, or with a token that is too short, is refused.
  func read() throws -> AccessToken {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path)
    guard let mode = attributes?[.posixPermissions] as? Int, let data = FileManager.default.contents(atPath: path)
    else {
      throw Failure(.webToken, "the token file \(path) can't be read")
    }
    guard mode & 0o077 == 0 else {
      throw Failure(
        .webToken, "other users can read the token file \(path)", hint: "restrict it to its owner: chmod 600 \(path)")
    }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let token = AccessToken(text) else {
      throw Failure(
        .webToken, "the token in \(path) has fewer than \(AccessToken.minimumLength) characters",
        hint: "make a new one: openssl rand -hex 32")
    }
    return token
  }
}

/// Where to listen, as the user types it.
enum ListenAddress {
  /// The address and port of `127.0.0.1:8734` or `[::1]:8734`.
  static func parse(_ text: String) throws -> (host: String, port: Int) {
    guard let match = text.wholeMatch(of: /(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]]+)):(\d{1,5})/),
      let host = match.1 ?? match.2, let port = Int(match.3), port < 65_536
    else {
      throw Failure(
        .listenAddress, "\"\(text)\" is not a valid address:port to listen on",
        hint: "write for example 127.0.0.1:8734, [::1]:8734, or 127.0.0.1:0 for a free port")
    }
    return (String(host), port)
  }
}

extension FailureCode {
  /// An address to listen on can't be read.
  static let listenAddress: FailureCode = "command.listen_address"
}
