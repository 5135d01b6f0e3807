import Hummingbird
import Mustache

/// Makes pages from templates.
struct PageRenderer: Sendable {
  private let library: MustacheLibrary
  let isReadOnly: Bool

  init(isReadOnly: Bool) throws {
    library = MustacheLibrary(templates: try PageTemplate.all.mapValues { try MustacheTemplate(string: $0) })
    self.isReadOnly = isReadOnly
  }

  /// A part of a page.
  func html(_ template: String, _ members: [String: Any]) -> String {
    library.render(members, withTemplate: template) ?? ""
  }

  /// Text as HTML.
  func escaped(_ text: String) -> String { html("text", ["text": text]) }

  /// A whole page.
  ///
  /// - Parameters:
  ///   - events: the address of its changes; `nil` for one that does not change.
  ///   - notice: a message at the top.
  func page(
    title: String, body: String, session: WebSession? = nil, events: String? = nil, notice: String? = nil,
    status: HTTPResponse.Status = .ok
  ) -> Response {
    let text = html(
      "page",
      [
        "title": title, "body": body, "name": session?.name ?? "", "isLoggedIn": session != nil,
        "formToken": session?.formToken ?? "", "events": events ?? "", "isLive": events != nil,
        "hasNotice": notice != nil, "notice": notice ?? "", "isReadOnly": isReadOnly,
      ])
    return Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// A page that says why a request was refused.
  func refusal(_ refusal: Refusal) -> Response {
    page(
      title: refusal.status.reasonPhrase, body: html("refusal", ["words": refusal.words]), status: refusal.status)
  }
}
