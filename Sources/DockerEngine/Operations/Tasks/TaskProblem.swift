import Values

/// Why a task does not run, recognised by the scheduler's or the engine's own words.
struct TaskProblem: Sendable {
  let code: FailureCode
  /// One of these is in the words, whatever their case.
  let marks: [String]
  let message: String
  let hint: String
  /// Whether it stays so until a person does something.
  let isLasting: Bool

  private init(_ code: FailureCode, _ marks: String..., say message: String, hint: String, lasts: Bool) {
    self.code = code
    self.marks = marks
    self.message = message
    self.hint = hint
    isLasting = lasts
  }

  /// The first entry with a mark in the words.
  static func recognise(_ words: String) -> TaskProblem? {
    let words = words.lowercased()
    return table.first { problem in problem.marks.contains { words.contains($0) } }
  }

  /// In the order of looking. The scheduler gives several reasons in one sentence: "no suitable node (host-mode port
  /// already in use on 1 node; scheduling constraints not satisfied on 2 nodes)", so what says more comes first.
  static let table: [TaskProblem] = [
    TaskProblem(
      .taskPortInUse, "host-mode port already in use", "port is already allocated", "address already in use",
      say: "the port that it publishes on its host is taken",
      hint: "find who uses it: docker ps, ss -lptn; an old task of the same service frees it when it has ended",
      lasts: false),
    TaskProblem(
      .taskNoSuitableNode, "insufficient resources",
      say: "no node has the memory or processors that it reserves",
      hint: "free some, or lower its reservation in the compose file", lasts: true),
    TaskProblem(
      .taskNoSuitableNode, "scheduling constraints not satisfied",
      say: "no node meets its placement constraints",
      hint: "compare the constraints with the labels: docker node inspect", lasts: true),
    TaskProblem(
      .taskNoSuitableNode, "not available for new tasks",
      say: "the nodes that it may run on are down or drained",
      hint: "look at `docker node ls`", lasts: false),
    TaskProblem(
      .taskNoSuitableNode, "no suitable node", "no longer meets constraints",
      say: "there is no node that it may run on",
      hint: "look at `docker node ls`, the nodes' labels and the service's constraints", lasts: true),
    TaskProblem(
      .taskImageMissing, "no such image", "pull access denied", "manifest unknown", "manifest for",
      "repository does not exist",
      say: "its image is not on the node and can't be fetched",
      hint: "load the image on the node (docker load), or check its name and the registry", lasts: true),
    TaskProblem(
      .taskUnhealthy, "unhealthy container",
      say: "its container does not pass its health check",
      hint: "look at its log: docker service logs", lasts: false),
    TaskProblem(
      .taskFailed, "container ended with exit code", "non-zero exit",
      say: "its container ends, by itself or stopped by its health check",
      hint: "look at its log: docker service logs", lasts: false),
    TaskProblem(
      .taskStaleLink, "error creating vxlan interface: file exists",
      say: "its node has the link of an earlier network left over",
      hint: "restart the engine of that node, or remove the link there: ip -d link show type vxlan", lasts: false),
    TaskProblem(
      .taskFailed, "bind source path does not exist", "invalid mount config",
      say: "a directory that it mounts is not on its node",
      hint: "create the directory on the node, or check the service's labels", lasts: true),
    TaskProblem(
      .taskFailed, "could not find network", "network not found",
      say: "a network that it needs does not exist",
      hint: "wait until the stack is gone completely, then deploy it again", lasts: false),
  ]
}
