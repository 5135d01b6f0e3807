import Hummingbird

/// A form that a page has sent.
struct WebForm: Sendable {
  private let fields: [String: String]

  /// No form is larger, in bytes.
  private static let limit = 64 * 1024

  init(_ request: Request) async throws {
    let type = request.headers[.contentType] ?? ""
    guard type.hasPrefix("application/x-www-form-urlencoded") else {
      throw Refusal(.unsupportedMediaType, "That is not a form.")
    }
    let body = try await request.body.collect(upTo: Self.limit)
    do { fields = try URLEncodedFormDecoder().decode([String: String].self, from: String(buffer: body)) } catch {
      throw Refusal(.badRequest, "That form can't be read.")
    }
  }

  /// A field's text; empty when it is not there.
  subscript(_ name: String) -> String { fields[name] ?? "" }

  /// Throws unless the form comes from a page of that session.
  func check(_ session: WebSession) throws {
    guard AccessToken.areEqual(self["form"], session.formToken) else {
      throw Refusal(.forbidden, "This form does not belong to your session; load the page again.")
    }
  }
}
