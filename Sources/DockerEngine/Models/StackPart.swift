import Values

/// A secret or a configuration that a swarm keeps. What it contains is not read.
public struct StackPart: Sendable, Hashable {
  /// Its ID.
  public let id: String
  /// Its name.
  public let name: String
  /// Its labels.
  public let labels: [String: String]
  /// The version that an update must name.
  public let version: Int64

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("ID")
    version = json.child("Version").integer("Index")
    name = json.child("Spec").text("Name")
    labels = json.child("Spec").map("Labels")
  }
}
