import Foundation
import Hummingbird
import Journal
import Report
import Values

/// Which address serves what.
struct WebRoutes: Sendable {
  let configuration: WebConfiguration
  let token: AccessToken
  let journal: WebJournal
  let actions: WebActions
  let pages: PageRenderer
  let sessions: Sessions
  let list: ListPart
  let room = LiveRoom()
  let gate = LoginGate()

  func add(to router: Router<WebContext>) {
    router.get("style.css") { _, _ in Self.text(ReportStyle.view + "\n" + PageStyle.view, "text/css") }
    router.get("page.js") { _, _ in Self.text(PageScript.text, "text/javascript") }
    router.get("login") { _, _ in login() }
    router.post("login") { request, context in try await logIn(request, context) }
    router.post("logout") { request, context in try await logOut(request, context) }
    router.get("/") { _, context in try await runs(context) }
    router.get("events") { request, context in try runsLive(request, context) }
    router.get("runs/:run") { _, context in try await run(context) }
    router.get("runs/:run/events") { request, context in try await runLive(request, context) }
    router.get("runs/:run/report") { _, context in try await report(context) }
    router.post("runs/:run/:action") { request, context in try await act(request, context) }
  }

  // MARK: Logging in and out

  private func login(isWrong: Bool = false) -> Response {
    pages.page(
      title: "runbook: log in", body: pages.html("login", ["name": configuration.user, "isWrong": isWrong]),
      status: isWrong ? .forbidden : .ok)
  }

  private func logIn(_ request: Request, _ context: WebContext) async throws -> Response {
    try gate.pass(context.address)
    let form = try await WebForm(request)
    guard token.matches(form["token"]) else {
      gate.failed(context.address)
      return login(isWrong: true)
    }
    gate.succeeded(context.address)
    let name = form["name"].trimmingCharacters(in: .whitespacesAndNewlines).prefix(64)
    let session = await sessions.begin(name: name.isEmpty ? configuration.user : String(name))
    var response = Response(status: .seeOther, headers: [.location: "/"])
    response.setCookie(
      Cookie(name: WebGuard.cookie, value: session.id, path: "/", secure: false, httpOnly: true, sameSite: .strict))
    return response
  }

  private func logOut(_ request: Request, _ context: WebContext) async throws -> Response {
    let person = try context.person
    try await WebForm(request).check(person)
    await sessions.end(person.id)
    return Response(status: .seeOther, headers: [.location: "/login"])
  }

  // MARK: Reading

  private func runs(_ context: WebContext) async throws -> Response {
    let person = try context.person
    let body = "<h1>Runs</h1><div id=\"runs\">\(try await list.html())</div>"
    return pages.page(
      title: "runbook: all runs", body: body, session: person, events: "/events",
      notice: await sessions.takeNotice(of: person.id))
  }

  private func runsLive(_ request: Request, _ context: WebContext) throws -> Response {
    let person = try context.person
    return EventStream.response(to: request, seat: try room.enter(person.id)) {
      await sessions.find(person.id) == nil ? nil : ["runs": try await list.html()]
    }
  }

  private func follower(_ context: WebContext) async throws -> RunFollower {
    let (run, store) = try await journal.run(context.parameters.require("run"))
    let formToken = configuration.isReadOnly ? nil : try context.person.formToken
    return RunFollower(journal: journal, store: store, run: run, asks: AskPart(pages: pages, formToken: formToken))
  }

  private func run(_ context: WebContext) async throws -> Response {
    let person = try context.person
    var follower = try await follower(context)
    let run = follower.run
    let parts = try await follower.look().merging(["run": run.id]) { $1 }
    return pages.page(
      title: "\(run.runbook) \(run.id)", body: pages.html("run", parts), session: person,
      events: "/runs/\(run.id)/events", notice: await sessions.takeNotice(of: person.id))
  }

  private func runLive(_ request: Request, _ context: WebContext) async throws -> Response {
    let person = try context.person
    let seat = try room.enter(person.id)
    let page = LivePage(try await follower(context))
    return EventStream.response(to: request, seat: seat) {
      await sessions.find(person.id) == nil ? nil : try await page.look()
    }
  }

  private func report(_ context: WebContext) async throws -> Response {
    let (run, store) = try await journal.run(context.parameters.require("run"))
    let events = try await store.events(of: run.id, after: 0)
    let isGone = journal.isGone(run, RunState(events: events), try await store.leases())
    let html = try RunReport(run: run, events: events, executorIsGone: isGone).html()
    var response = Self.text(html, "text/html")
    response.headers[.contentDisposition] = "attachment; filename=\"runbook-\(run.id).html\""
    return response
  }

  // MARK: Acting

  private func act(_ request: Request, _ context: WebContext) async throws -> Response {
    let person = try context.person
    let form = try await WebForm(request)
    try form.check(person)
    let (run, store) = try await journal.run(context.parameters.require("run"))
    let action = try context.parameters.require("action")
    let notice: String
    switch action {
    case "approve", "reject":
      let open = RunState(events: try await store.events(of: run.id, after: 0)).approvals.filter { $0.answer == .none }
      guard !open.isEmpty,
        Set(form["shown"].split(whereSeparator: \.isNewline).map(String.init)) == Set(open.map(\.path))
      else {
        throw Refusal(.conflict, "This question is no longer open; nothing was recorded.")
      }
      let isYes = action == "approve"
      let questions = try await actions.answer(run, isYes, person.name)
      notice =
        "\(isYes ? "Approved" : "Rejected"): \(questions.joined(separator: "; ")). "
        + "Continue with: runbook resume \(run.id)"
    case "pause":
      notice =
        try await actions.pause(run, person.name)
        ? "Running steps finish first, then the run waits." : "A pause was requested already."
    case "unpause": notice = try await actions.unpause(run, person.name) ? "It continues." : "It was not paused."
    default: throw Refusal(.notFound, "There is no such page.")
    }
    await sessions.say(notice, to: person.id)
    return Response(status: .seeOther, headers: [.location: "/runs/\(run.id)"])
  }

  private static func text(_ text: String, _ type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "\(type); charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}

/// The follower of one live page.
private actor LivePage {
  private var follower: RunFollower
  init(_ follower: sending RunFollower) { self.follower = follower }

  func look() async throws -> [String: String] {
    var current = follower
    let parts = try await current.look()
    follower = current
    return parts
  }
}
