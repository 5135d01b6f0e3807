import Foundation
import Testing

/// The state of appliances that each run the whole product by themselves, as before the procedure.
enum Standalone {
  private static let services = ["accesspoint", "admin", "authentication", "distribution", "policy", "postgres"]
  private static let labels = [
    "da-accesspoint", "da-admin", "da-authentication", "da-distribution", "da-policy", "postgres",
  ]

  /// Reads everything with the plain docker command, and expects that state.
  static func expect(in lab: Lab) async throws {
    for host in Lab.hosts {
      #expect(try await lab.nodes(on: host) == ["\(host) Ready Leader"])
      #expect(try await lab.labels(on: host)[host]?.keys.sorted() == labels)
      #expect(try await lab.tasks(on: host) == services.map { "da_\($0) \(host) Running" })
    }
  }
}
