import Values

/// Something that happened on an engine or, at a manager, in the swarm.
public struct EngineEvent: Sendable, Hashable {
  /// What it happened to: `service`, `node`, `network`, `container` and so on.
  public let type: String
  /// What happened: `create`, `update`, `remove`, `die` and so on.
  public let action: String
  /// The ID of what it happened to.
  public let actorID: String
  /// Further members, such as its name.
  public let attributes: [String: String]
  /// `local` or `swarm`.
  public let scope: String
  /// When, in nanoseconds since 1970.
  public let time: Int64

  init(_ json: Value) throws {
    let json = try json.object()
    type = json.text("Type")
    action = json.text("Action")
    actorID = json.child("Actor").text("ID")
    attributes = json.child("Actor").map("Attributes")
    scope = json.text("scope")
    time = json.integer("timeNano")
  }
}
