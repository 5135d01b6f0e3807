import Foundation
import HTTPTypes
import Hummingbird
import Synchronization
import Values

/// Guards every page: who may ask, from where, and what a browser may do with the answer.
struct WebGuard: RouterMiddleware {
  typealias Context = WebContext

  let configuration: WebConfiguration
  let sessions: Sessions
  let pages: PageRenderer

  static let cookie = "runbook-session"
  /// What everyone may see: the login page and its parts.
  private static let open: Set<String> = ["/login", "/style.css", "/page.js"]

  func handle(
    _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await admitted(request, context, next)
    } catch let refusal as Refusal {
      response = pages.refusal(refusal)
    } catch let failure as Failure {
      let hint = failure.hint.map { "; \($0)" } ?? ""
      response = pages.refusal(Refusal(.conflict, failure.message + hint))
    } catch let error as HTTPError {
      response = pages.refusal(Refusal(error.status, error.status == .notFound ? "There is no such page." : "\(error)"))
    }
    for (name, value) in Self.headers where response.headers[name] == nil { response.headers[name] = value }
    return response
  }

  private func admitted(
    _ request: Request, _ context: WebContext, _ next: (Request, WebContext) async throws -> Response
  ) async throws -> Response {
    guard let authority = request.head.authority, configuration.allowedNames.contains(Self.host(of: authority)) else {
      throw Refusal(.misdirectedRequest, "This server does not have that name; --host-name adds one.")
    }
    let isPost = request.method == .post
    guard isPost || request.method == .get else { throw Refusal(.methodNotAllowed, "Only GET and POST are served.") }
    if isPost {
      try checkOrigin(request, authority)
      let isLogin = request.uri.path == "/login" || request.uri.path == "/logout"
      if configuration.isReadOnly, !isLogin {
        throw Refusal(.forbidden, "This page is read-only (--read-only).")
      }
    }
    var context = context
    if let id = request.cookies[Self.cookie]?.value { context.session = await sessions.find(id) }
    if context.session == nil, !Self.open.contains(request.uri.path) {
      if isPost || request.uri.path.hasSuffix("/events") { throw Refusal(.unauthorized, "Log in first.") }
      return Response(status: .seeOther, headers: [.location: "/login"])
    }
    return try await next(request, context)
  }

  /// A form must come from a page of this server.
  private func checkOrigin(_ request: Request, _ authority: String) throws {
    let own = ["http://\(authority)", "https://\(authority)"]
    guard let origin = request.headers[.origin], own.contains(origin) else {
      throw Refusal(.forbidden, "This form does not come from a page of this server.")
    }
  }

  /// The name in `name:port` or `[address]:port`.
  private static func host(of authority: String) -> String {
    let name = authority.lowercased()
    if name.hasPrefix("["), let end = name.firstIndex(of: "]") { return String(name[...end]) }
    return String(name.prefix { $0 != ":" })
  }

  /// Bars of the timeline have their positions as style attributes; no other style or script may be in the page itself.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; img-src data:; connect-src 'self'; "
    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

  private static let headers: [(HTTPField.Name, String)] = [
    (.contentSecurityPolicy, policy), (.cacheControl, "no-store"), (.xContentTypeOptions, "nosniff"),
    (HTTPField.Name("X-Frame-Options")!, "DENY"),
    // Without a referrer a browser would not send a form's origin either.
    (HTTPField.Name("Referrer-Policy")!, "same-origin"),
    (HTTPField.Name("Cross-Origin-Opener-Policy")!, "same-origin"),
    (HTTPField.Name("Cross-Origin-Resource-Policy")!, "same-origin"),
  ]
}

/// Slows down attempts to guess the token: after some wrong ones an address has to wait.
final class LoginGate: Sendable {
  /// How many wrong tokens one address may send in a row.
  static let attempts = 10
  /// For how many seconds it is then refused.
  static let pause = 60.0
  /// How many addresses are remembered; when there are more, all have to wait.
  static let addresses = 1000

  private struct Entry {
    var wrong = 0
    var last = Date.distantPast
  }
  private let entries = Mutex<[String: Entry]>([:])
  private let now: @Sendable () -> Date

  init(now: @escaping @Sendable () -> Date = { Date() }) { self.now = now }

  /// Throws where an address has to wait.
  func pass(_ address: String) throws {
    let moment = now()
    let isRefused = entries.withLock { entries in
      entries = entries.filter { moment.timeIntervalSince($0.value.last) < Self.pause }
      guard let entry = entries[address] else { return entries.count >= Self.addresses }
      return entry.wrong >= Self.attempts
    }
    if isRefused { throw Refusal(.tooManyRequests, "Too many wrong tokens; wait a minute, then try again.") }
  }

  /// Notes a wrong token.
  func failed(_ address: String) {
    let moment = now()
    entries.withLock { entries in
      entries[address, default: Entry()].wrong += 1
      entries[address]?.last = moment
    }
  }

  /// Forgets the wrong ones of an address that sent the right one.
  func succeeded(_ address: String) { entries.withLock { $0[address] = nil } }
}
