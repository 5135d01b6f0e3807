extension Inventory {
  /// The stack that is deployed on the manager.
  public struct Stack: Sendable, Hashable {
    /// Its name, for `docker stack deploy NAME`.
    public var name: String
    /// The absolute folder of the compose files, on the manager.
    public var directory: String
    /// The compose files in the order in which they are merged, relative to ``directory`` or absolute.
    public var files: [String]
    /// More options for `docker stack deploy`.
    public var deployOptions: [String]
    /// Variables for the compose files.
    public var environment: [String: String]

    /// Describes a stack.
    public init(
      name: String, directory: String, files: [String], deployOptions: [String], environment: [String: String] = [:]
    ) {
      self.name = name
      self.directory = directory
      self.files = files
      self.deployOptions = deployOptions
      self.environment = environment
    }
  }
}
