import Hummingbird
import Journal
import Logging
import Values

/// Serves the runs of a journal as pages: a list, and each run as a tree and a timeline that are updated while it is
/// executed. A user logs in with a token, and can answer approvals and pause runs.
public struct WebServer: Sendable {
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
  public init(
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
  public func run(onListening: @escaping @Sendable (String) async -> Void) async throws {
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
  public static let webAddress: FailureCode = "web.address"
}
