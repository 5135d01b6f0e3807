import DockerEngine
import Engine
import Values

/// `swarm`: membership of hosts, join tokens, the state of a swarm.
struct SwarmModule: Sendable {
  let world: World

  var module: HostModule {
    HostModule(
      "swarm", "Swarms: which host is in which, how to join and leave, join tokens.",
      [info, isActive, isMember, isAlone, joinToken, tokenMatches, initialize, join, leave])
  }
}
