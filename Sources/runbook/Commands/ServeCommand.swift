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
