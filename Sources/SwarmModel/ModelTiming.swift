/// How long things take in a modelled swarm, in seconds of its own clock.
///
/// The defaults keep the order of what happens in a real swarm and are short, so that a dry run is.
public struct ModelTiming: Sendable, Hashable {
  /// From a task's placement until it runs.
  public var taskStart = 0.05
  /// From the wish that a task ends until it has.
  public var taskStop = 0.05
  /// From a network's removal until no engine shows it any more.
  public var networkRemoval = 0.05
  /// From a node's last sign of life until it counts as down. With real engines at least 15 seconds.
  public var nodeDown = 0.2
  /// From a change of role until the node's engine has taken it up.
  public var roleChange = 0.05

  /// The defaults.
  public init() {}
}
