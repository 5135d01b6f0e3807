import Hummingbird
import Journal
import Logging
import Values

/// Serves the runs of a journal as pages: a list, and each run as a tree and a timeline that are updated while it is
/// executed. A user logs in with a token, and can answer approvals and pause runs.
package struct WebServer: Sendable {
  private let configuration: WebConfiguration
  private let pages: PageRenderer
  private let sessions = Sessions()
  private let routes: WebRoutes
  private let guardian: WebGuard

  /// How many connections are accepted at once; the others wait.
  private static let connections = 200
  /// A connection that sends nothing for this long is closed.
  private static let idle = 60

  /// Puts the server together; ``run(onListening:)`` starts it.
  package init(
    _ configuration: WebConfiguration, token: AccessToken, journal: WebJournal, actions: WebActions
  ) throws {
    self.configuration = configuration
    pages = try PageRenderer(isReadOnly: configuration.isReadOnly)
    guardian = WebGuard(configuration: configuration, sessions: sessions, pages: pages)
    routes = WebRoutes(
      configuration: configuration, token: token, journal: journal, actions: actions, pages: pages, sessions: sessions,
      list: ListPart(journal: journal, pages: pages))
  }

  /// Serves until the task is cancelled. Throws a `Failure` when it can't listen.
  ///
  /// - Parameter onListening: gets the address, such as `http://127.0.0.1:8734`, as soon as it can be used.
  package func run(onListening: @escaping @Sendable (String) async -> Void) async throws {
    let router = Router(context: WebContext.self)
    router.add(middleware: guardian)
    routes.add(to: router)
    let host = configuration.host
    var logger = Logger(label: "web") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let application = Application(
      router: router,
      server: .http1(configuration: .init(idleTimeout: .seconds(Int64(Self.idle)))),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: configuration.port),
        availableConnectionsDelegate: .maximum(Self.connections, logger: logger)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? configuration.port
        await onListening("http://\(WebConfiguration.bracketed(host)):\(port)")
      }, logger: logger)
    do {
      try await application.run()
    } catch is CancellationError {
      // This is how it ends.
    } catch {
      throw Failure(
        .webAddress, "the page can't be served at \(host), port \(configuration.port)", cause: "\(error)",
        hint: "stop the program that listens there, or name another address with --listen; port 0 chooses a free one")
    }
  }
}

extension FailureCode {
  /// The address to listen on is in use, or does not belong to this machine.
  package static let webAddress: FailureCode = "web.address"
}

/// How the page is served.
package struct WebConfiguration: Sendable {
  /// The address to listen on.
  package var host: String
  /// The port to listen on; 0 chooses a free one.
  package var port: Int
  /// More names under which browsers may reach it, for example of a proxy in front of it.
  package var names: [String]
  /// Whether the page can't change anything.
  package var isReadOnly: Bool
  /// The name of a user who gives none.
  package var user: String

  /// Describes how the page is served.
  package init(host: String, port: Int, names: [String] = [], isReadOnly: Bool = false, user: String) {
    self.host = host
    self.port = port
    self.names = names
    self.isReadOnly = isReadOnly
    self.user = user
  }

  /// Whether only this machine can reach it.
  package var isLoopback: Bool { Self.isLoopback(host) }

  /// The names under which it can be requested. Any other name in a request's `Host` is refused: a page elsewhere can
  /// make its own name point here (DNS rebinding), but can't make the browser send a name other than its own.
  var allowedNames: Set<String> {
    let own = isLoopback ? ["localhost", "127.0.0.1", "[::1]"] : []
    return Set((own + names + [Self.bracketed(host)]).map { $0.lowercased() })
  }

  /// An address in the form for a URL.
  static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.wholeMatch(of: /127\.\d+\.\d+\.\d+/) != nil
  }
}

/// What is known of a request.
struct WebContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// Who asks; `nil` before the login.
  var session: WebSession?
  /// The address that the request comes from, without its port.
  let address: String

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    address = source.channel.remoteAddress?.ipAddress ?? "unknown"
  }

  /// Who asks, where the guard lets only logged-in users through.
  var person: WebSession {
    get throws {
      guard let session else { throw Refusal(.unauthorized, "Log in first.") }
      return session
    }
  }
}

/// Why a request is refused.
struct Refusal: Error {
  var status: HTTPResponse.Status
  var words: String

  init(_ status: HTTPResponse.Status, _ words: String) {
    self.status = status
    self.words = words
  }
}

/// What a user can do on the page. Each throws a `Failure` when it can't be done.
package struct WebActions: Sendable {
  /// Answers the approvals that a run waits for, and gives their questions.
  package var answer: @Sendable (_ run: RunRecord, _ isYes: Bool, _ user: String) async throws -> [String]
  /// Makes a run wait before its next step; false when that was requested already.
  package var pause: @Sendable (_ run: RunRecord, _ user: String) async throws -> Bool
  /// Lets a paused run continue; false when it is not paused.
  package var unpause: @Sendable (_ run: RunRecord, _ user: String) async throws -> Bool

  /// Names what can be done.
  package init(
    answer: @escaping @Sendable (_ run: RunRecord, _ isYes: Bool, _ user: String) async throws -> [String],
    pause: @escaping @Sendable (_ run: RunRecord, _ user: String) async throws -> Bool,
    unpause: @escaping @Sendable (_ run: RunRecord, _ user: String) async throws -> Bool
  ) {
    self.answer = answer
    self.pause = pause
    self.unpause = unpause
  }
}

/// What the page shows.
package struct WebJournal: Sendable {
  /// Opens the journal for reading; `nil` while there is none.
  package var open: @Sendable () async throws -> (any JournalStore)?
  /// Whether a run counts as running, but no living process holds its lease.
  package var isGone: @Sendable (RunRecord, RunState, [Lease]) -> Bool

  /// Describes where the runs are.
  package init(
    open: @escaping @Sendable () async throws -> (any JournalStore)?,
    isGone: @escaping @Sendable (RunRecord, RunState, [Lease]) -> Bool
  ) {
    self.open = open
    self.isGone = isGone
  }

  /// The run of that ID, and where it is kept.
  func run(_ id: String) async throws -> (RunRecord, any JournalStore) {
    guard RunID(id) != nil, let store = try await open(), let run = try await store.run(id), run.id == id else {
      throw Refusal(.notFound, "There is no run \(id).")
    }
    return (run, store)
  }
}
