import Values

extension FailureCode {
  // The engine itself.

  /// No engine answers at the given place.
  public static let engineAbsent: FailureCode = "engine.absent"
  /// The engine is there, but this user may not talk to it.
  public static let enginePermissionDenied: FailureCode = "engine.permission_denied"
  /// The engine's address can't be reached.
  public static let engineUnreachable: FailureCode = "engine.unreachable"
  /// The TLS handshake with the engine failed.
  public static let engineTLS: FailureCode = "engine.tls"
  /// The engine speaks only API versions older than we need.
  public static let engineTooOld: FailureCode = "engine.too_old"
  /// The engine no longer speaks any API version that we know.
  public static let engineTooNew: FailureCode = "engine.too_new"
  /// The connection ended before the answer was complete.
  public static let engineConnectionLost: FailureCode = "engine.connection_lost"
  /// No answer within the time that was given.
  public static let engineTimeout: FailureCode = "engine.timeout"
  /// The answer is not HTTP or not JSON, or not of the shape that the Engine API describes.
  public static let engineBadAnswer: FailureCode = "engine.bad_answer"
  /// The client was closed by this program.
  public static let engineClosed: FailureCode = "engine.client_closed"
  /// The engine rejected the request as invalid.
  public static let engineBadRequest: FailureCode = "engine.bad_request"
  /// What the request named does not exist.
  public static let engineNotFound: FailureCode = "engine.not_found"
  /// The request conflicts with what is there, for example a name that is taken.
  public static let engineConflict: FailureCode = "engine.conflict"
  /// The engine answered with an error that has no code of its own here.
  public static let engineError: FailureCode = "engine.error"
  /// The engine has not swarm's manager role, so it can't answer for the swarm.
  public static let engineNotSwarmManager: FailureCode = "engine.not_swarm_manager"

  /// A file of this machine that an engine was to get can't be read.
  public static let uploadFileUnreadable: FailureCode = "engine.upload_file_unreadable"
  /// The engine can't make images of what it was given.
  public static let imageNotLoaded: FailureCode = "engine.image_not_loaded"

  // The swarm.

  /// The host is in a swarm already.
  public static let swarmAlreadyPart: FailureCode = "swarm.already_part"
  /// The host is in another swarm than the expected one.
  public static let swarmOtherSwarm: FailureCode = "swarm.other_swarm"
  /// The host is in no swarm.
  public static let swarmNotPart: FailureCode = "swarm.not_part"
  /// Another client changed the object between our reading and our writing.
  public static let swarmUpdateOutOfSequence: FailureCode = "swarm.update_out_of_sequence"
  /// The managers have no leader at this moment.
  public static let swarmNoLeader: FailureCode = "swarm.no_leader"
  /// The manager's store is encrypted, and its key was not given since its engine started.
  public static let swarmLocked: FailureCode = "swarm.locked"
  /// The swarm is not locked, so there is nothing to unlock.
  public static let swarmNotLocked: FailureCode = "swarm.not_locked"
  /// The unlock key is not this swarm's.
  public static let swarmUnlockKeyInvalid: FailureCode = "swarm.unlock_key_invalid"
  /// The node did not join in time; the engine keeps trying.
  public static let swarmJoinTimeout: FailureCode = "swarm.join_timeout"
  /// The manager's port can't be reached from the joining host.
  public static let swarmJoinUnreachable: FailureCode = "swarm.join_unreachable"
  /// The engine gave up joining.
  public static let swarmJoinFailed: FailureCode = "swarm.join_failed"
  /// The leader can't reach the joining manager at the address that it advertises.
  public static let swarmMemberUnreachable: FailureCode = "swarm.member_unreachable"
  /// The join token is not, or no longer, one of the swarm's.
  public static let swarmTokenInvalid: FailureCode = "swarm.token_invalid"
  /// The manager that answered has another root certificate than the token says.
  public static let swarmCAMismatch: FailureCode = "swarm.ca_mismatch"
  /// The node's own certificate is past its end.
  public static let swarmCertificatesExpired: FailureCode = "swarm.certificates_expired"
  /// A certificate is not valid at the time that a host's clock shows.
  public static let swarmCertificateTime: FailureCode = "swarm.certificate_time"
  /// The host has several addresses, and none was named.
  public static let swarmAddressAmbiguous: FailureCode = "swarm.address_ambiguous"
  /// The swarm would be left without a manager.
  public static let swarmLastManager: FailureCode = "swarm.last_manager"
  /// The managers would no longer be, or are no longer, a majority.
  public static let swarmQuorum: FailureCode = "swarm.quorum"
  /// The host did not leave in time.
  public static let swarmLeaveTimeout: FailureCode = "swarm.leave_timeout"
  /// The validity that was asked for is shorter than the engine allows.
  public static let swarmCertificateExpiryTooShort: FailureCode = "swarm.certificate_expiry_too_short"
  /// The swarm port of a manager can't be reached.
  public static let swarmPortUnreachable: FailureCode = "swarm.port_unreachable"
  /// The swarm port of a manager does not answer in time.
  public static let swarmPortSilent: FailureCode = "swarm.port_silent"
  /// What answers at a swarm port is not a manager of a swarm, or one that does not give its root certificates.
  public static let swarmPortForeign: FailureCode = "swarm.port_foreign"
  /// A new root certificate can't be distributed, because nodes do not take it.
  public static let swarmRotationBlocked: FailureCode = "swarm.rotation_blocked"
  /// The swarm has another root certificate than the caller knows.
  public static let swarmRootChanged: FailureCode = "swarm.root_changed"
  /// The managers agree, so there is nothing to force.
  public static let swarmHasLeader: FailureCode = "swarm.has_leader"
  /// What can't be undone was not confirmed in the exact words.
  public static let swarmNotConfirmed: FailureCode = "swarm.not_confirmed"
  /// A setting of the swarm that no swarm takes.
  public static let swarmSettingInvalid: FailureCode = "swarm.setting_invalid"

  // Nodes, networks, stacks.

  /// The node is still connected, so it can't be removed.
  public static let nodeNotDown: FailureCode = "node.not_down"
  /// The node is a manager, so it can't be removed.
  public static let nodeIsManager: FailureCode = "node.is_manager"
  /// More than one node has this name.
  public static let nodeAmbiguous: FailureCode = "node.ambiguous"
  /// The node's tasks did not end in time.
  public static let nodeNotDrained: FailureCode = "node.not_drained"
  /// The node did not reach the expected state in time.
  public static let nodeNotReady: FailureCode = "node.not_ready"
  /// Something is still attached to the network.
  public static let networkActiveEndpoints: FailureCode = "network.active_endpoints"
  /// Tasks of the stack on different hosts don't reach each other over its networks.
  public static let networkUnreachable: FailureCode = "network.unreachable"
  /// A part of the stack is still there after the time given for its removal.
  public static let stackNotRemoved: FailureCode = "stack.not_removed"
  /// No service has the stack's label.
  public static let stackAbsent: FailureCode = "stack.absent"
  /// The stack's services do not all run.
  public static let stackNotConverged: FailureCode = "stack.not_converged"
  /// One service has fewer running tasks than it should.
  public static let serviceNotConverged: FailureCode = "service.not_converged"
  /// A number of tasks was requested for a service that has none.
  public static let serviceNotScalable: FailureCode = "service.not_scalable"
  /// The managers start no task of a service where it may run.
  public static let serviceNotScheduled: FailureCode = "service.not_scheduled"
  /// A service's tasks find no node that they may run on.
  public static let taskNoSuitableNode: FailureCode = "task.no_suitable_node"
  /// A port that a task publishes on its host is taken.
  public static let taskPortInUse: FailureCode = "task.port_in_use"
  /// A task's image is not on its node and can't be fetched.
  public static let taskImageMissing: FailureCode = "task.image_missing"
  /// A task's container does not pass its own health check.
  public static let taskUnhealthy: FailureCode = "task.unhealthy"
  /// A node has the link of an earlier network left over.
  public static let taskStaleLink: FailureCode = "task.stale_link"
  /// A task failed in another way.
  public static let taskFailed: FailureCode = "task.failed"
}
