import DockerEngine
import Engine
import Values

/// `swarm`: membership of hosts, join tokens, the state of a swarm.
struct SwarmModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "swarm", "Swarms: which host is in which, how to join and leave, settings, join tokens, keys.",
      [
        info, isActive, isMember, isAlone, settings, update, initialize, join, leave, joinToken, tokenMatches,
        rotateJoinToken, unlockKey, rotateUnlockKey, unlock, authority, rotateAuthority, forceNewCluster, readArchive,
      ])
  }
}
