import Hummingbird

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
