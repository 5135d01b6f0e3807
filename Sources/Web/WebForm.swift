import Hummingbird

/// A form that a page has sent.
struct WebForm: Sendable {
  private let fields: [String: String]

  /// No form is larger, in bytes.
  private static let limit = 64 * 1024

  init(_ request: Request) async throws {
    let type = request.headers[.contentType] ?? ""
    guard type.hasPrefix("application/x-www-form-urlencoded") else {
      throw Refusal(.unsupportedMediaType, "That is no form.")
    }
    let body = try await request.body.collect(upTo: Self.limit)
    do { fields = try URLEncodedFormDecoder().decode([String: String].self, from: String(buffer: body)) } catch {
      throw Refusal(.badRequest, "That form can't be read.")
    }
  }

  /// A field's text; empty when it is not there.
  subscript(_ name: String) -> String { fields[name] ?? "" }

  /// Throws unless the form is of a page of that session.
  func check(_ session: WebSession) throws {
    guard AccessToken.areEqual(self["form"], session.formToken) else {
      throw Refusal(.forbidden, "This form is not of your session; load the page again.")
    }
  }
}
