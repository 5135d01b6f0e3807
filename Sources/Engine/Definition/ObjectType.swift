/// A kind of object that runbooks get, for example a host.
public struct ObjectType: Sendable {
  /// Its name in definitions, for example `Host`.
  public var name: String
  /// What it is.
  public var summary: String
  /// Its members.
  public var fields: [Field]

  /// A member of an object.
  public struct Field: Sendable {
    /// Its name.
    public var name: String
    /// Its type in LuaCATS notation; the name of another ``ObjectType`` where it is one, with `?` where it may be nil.
    public var type: String
    /// What it is.
    public var summary: String
  }

  init(_ name: String, _ summary: String, _ fields: [(String, String, String)]) {
    self.name = name
    self.summary = summary
    self.fields = fields.map { Field(name: $0.0, type: $0.1, summary: $0.2) }
  }

  /// The objects that a runbook's function uses, each after those that it has as members.
  public static let all: [ObjectType] = [host, stack, inventory, run]

  /// A host of the inventory.
  public static let host = ObjectType(
    "Host", "A host of the inventory. It prints as its name.",
    [
      ("name", "string", "The inventory name."), ("address", "string", "The address that the other hosts use for it."),
      ("role", "\"manager\"|\"worker\"", "What it is in the swarm."),
      ("services", "string[]", "The services that the inventory gives it."),
      ("labels", "table<string, string>", "Labels that its node gets beside those of its services."),
      ("advertise_address", "string?", "The address that it advertises to the swarm, if the inventory names one."),
    ])

  /// `run.inventory.stack`
  public static let stack = ObjectType(
    "InventoryStack", "The stack that the inventory describes.",
    [
      ("name", "string", "Its name."), ("directory", "string", "The folder of the compose files, on the manager."),
      ("files", "string[]", "The compose files in the order in which they are merged."),
      ("deploy_options", "string[]", "Extra arguments for `docker stack deploy`."),
      ("environment", "table<string, string>", "Variables for the compose files."),
    ])

  /// `run.inventory`
  public static let inventory = ObjectType(
    "InventoryView", "The inventory.",
    [
      ("stack", "InventoryStack?", "The stack; nil if the inventory describes none."),
      ("hosts", "Host[]", "All hosts, in the order of the file."),
      ("manager", "Host", "The manager; the first if there are several."),
      ("managers", "Host[]", "All managers."), ("workers", "Host[]", "All workers."),
    ])

  /// The argument of a runbook's function.
  public static let run = ObjectType(
    "Run", "The argument of a runbook's function.",
    [
      ("id", "string", "The run's ID."),
      ("params", "table<string, any>", "The runbook's parameters, with the values of this run."),
      ("inventory", "InventoryView", "The inventory."),
    ])
}
