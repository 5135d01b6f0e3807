import HTTPTypes
import Hummingbird
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
