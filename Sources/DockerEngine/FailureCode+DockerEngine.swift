import Values

extension FailureCode {
  // The engine itself.

  /// No engine answers at the given place.
  package static let engineAbsent: FailureCode = "engine.absent"
  /// The engine is there, but this user may not talk to it.
  package static let enginePermissionDenied: FailureCode = "engine.permission_denied"
  /// The engine's address can't be reached.
  package static let engineUnreachable: FailureCode = "engine.unreachable"
  /// The TLS handshake with the engine failed.
  package static let engineTLS: FailureCode = "engine.tls"
  /// The engine speaks only API versions older than we need.
  package static let engineTooOld: FailureCode = "engine.too_old"
  /// The engine no longer speaks any API version that we know.
  package static let engineTooNew: FailureCode = "engine.too_new"
  /// The connection ended before the answer was complete.
  package static let engineConnectionLost: FailureCode = "engine.connection_lost"
  /// No answer within the time that was given.
  package static let engineTimeout: FailureCode = "engine.timeout"
  /// The answer is not HTTP or not JSON, or not of the shape that the Engine API describes.
  package static let engineBadAnswer: FailureCode = "engine.bad_answer"
  /// The client was closed by this program.
  package static let engineClosed: FailureCode = "engine.client_closed"
  /// The engine rejected the request as invalid.
  package static let engineBadRequest: FailureCode = "engine.bad_request"
  /// What the request named does not exist.
  package static let engineNotFound: FailureCode = "engine.not_found"
  /// The request conflicts with what is there, for example a name that is taken.
  package static let engineConflict: FailureCode = "engine.conflict"
  /// The engine answered with an error that has no code of its own here.
  package static let engineError: FailureCode = "engine.error"
  /// The engine has not swarm's manager role, so it can't answer for the swarm.
  package static let engineNotSwarmManager: FailureCode = "engine.not_swarm_manager"

  /// A file of this machine that an engine was to get can't be read.
  package static let uploadFileUnreadable: FailureCode = "engine.upload_file_unreadable"
  /// The engine can't make images of what it was given.
  package static let imageNotLoaded: FailureCode = "engine.image_not_loaded"

  // The swarm.

  /// The host is in a swarm already.
  package static let swarmAlreadyPart: FailureCode = "swarm.already_part"
  /// The host is in another swarm than the expected one.
  package static let swarmOtherSwarm: FailureCode = "swarm.other_swarm"
  /// The host is in no swarm.
  package static let swarmNotPart: FailureCode = "swarm.not_part"
  /// Another client changed the object between our reading and our writing.
  package static let swarmUpdateOutOfSequence: FailureCode = "swarm.update_out_of_sequence"
  /// The managers have no leader at this moment.
  package static let swarmNoLeader: FailureCode = "swarm.no_leader"
  /// The manager's store is encrypted, and its key was not given since its engine started.
  package static let swarmLocked: FailureCode = "swarm.locked"
  /// The swarm is not locked, so there is nothing to unlock.
  package static let swarmNotLocked: FailureCode = "swarm.not_locked"
  /// The unlock key is not this swarm's.
  package static let swarmUnlockKeyInvalid: FailureCode = "swarm.unlock_key_invalid"
  /// The node did not join in time; the engine keeps trying.
  package static let swarmJoinTimeout: FailureCode = "swarm.join_timeout"
  /// The manager's port can't be reached from the joining host.
  package static let swarmJoinUnreachable: FailureCode = "swarm.join_unreachable"
  /// The engine gave up joining.
  package static let swarmJoinFailed: FailureCode = "swarm.join_failed"
  /// The leader can't reach the joining manager at the address that it advertises.
  package static let swarmMemberUnreachable: FailureCode = "swarm.member_unreachable"
  /// The join token is not, or no longer, one of the swarm's.
  package static let swarmTokenInvalid: FailureCode = "swarm.token_invalid"
  /// The manager that answered has another root certificate than the token says.
  package static let swarmCAMismatch: FailureCode = "swarm.ca_mismatch"
  /// The node's own certificate is past its end.
  package static let swarmCertificatesExpired: FailureCode = "swarm.certificates_expired"
  /// A certificate is not valid at the time that a host's clock shows.
  package static let swarmCertificateTime: FailureCode = "swarm.certificate_time"
  /// The host has several addresses, and none was named.
  package static let swarmAddressAmbiguous: FailureCode = "swarm.address_ambiguous"
  /// The swarm would be left without a manager.
  package static let swarmLastManager: FailureCode = "swarm.last_manager"
  /// The managers would no longer be, or are no longer, a majority.
  package static let swarmQuorum: FailureCode = "swarm.quorum"
  /// The host did not leave in time.
  package static let swarmLeaveTimeout: FailureCode = "swarm.leave_timeout"
  /// The validity that was asked for is shorter than the engine allows.
  package static let swarmCertificateExpiryTooShort: FailureCode = "swarm.certificate_expiry_too_short"
  /// The swarm port of a manager can't be reached.
  package static let swarmPortUnreachable: FailureCode = "swarm.port_unreachable"
  /// The swarm port of a manager does not answer in time.
  package static let swarmPortSilent: FailureCode = "swarm.port_silent"
  /// What answers at a swarm port is not a manager of a swarm, or one that does not give its root certificates.
  package static let swarmPortForeign: FailureCode = "swarm.port_foreign"
  /// A new root certificate can't be distributed, because nodes do not take it.
  package static let swarmRotationBlocked: FailureCode = "swarm.rotation_blocked"
  /// The swarm has another root certificate than the caller knows.
  package static let swarmRootChanged: FailureCode = "swarm.root_changed"
  /// The managers agree, so there is nothing to force.
  package static let swarmHasLeader: FailureCode = "swarm.has_leader"
  /// What can't be undone was not confirmed in the exact words.
  package static let swarmNotConfirmed: FailureCode = "swarm.not_confirmed"
  /// A setting of the swarm that no swarm takes.
  package static let swarmSettingInvalid: FailureCode = "swarm.setting_invalid"

  // Nodes, networks, stacks.

  /// The node is still connected, so it can't be removed.
  package static let nodeNotDown: FailureCode = "node.not_down"
  /// The node is a manager, so it can't be removed.
  package static let nodeIsManager: FailureCode = "node.is_manager"
  /// More than one node has this name.
  package static let nodeAmbiguous: FailureCode = "node.ambiguous"
  /// The node's tasks did not end in time.
  package static let nodeNotDrained: FailureCode = "node.not_drained"
  /// The node did not reach the expected state in time.
  package static let nodeNotReady: FailureCode = "node.not_ready"
  /// Something is still attached to the network.
  package static let networkActiveEndpoints: FailureCode = "network.active_endpoints"
  /// Tasks of the stack on different hosts don't reach each other over its networks.
  package static let networkUnreachable: FailureCode = "network.unreachable"
  /// A part of the stack is still there after the time given for its removal.
  package static let stackNotRemoved: FailureCode = "stack.not_removed"
  /// No service has the stack's label.
  package static let stackAbsent: FailureCode = "stack.absent"
  /// The stack's services do not all run.
  package static let stackNotConverged: FailureCode = "stack.not_converged"
  /// One service has fewer running tasks than it should.
  package static let serviceNotConverged: FailureCode = "service.not_converged"
  /// A number of tasks was requested for a service that has none.
  package static let serviceNotScalable: FailureCode = "service.not_scalable"
  /// The managers start no task of a service where it may run.
  package static let serviceNotScheduled: FailureCode = "service.not_scheduled"
  /// A service's tasks find no node that they may run on.
  package static let taskNoSuitableNode: FailureCode = "task.no_suitable_node"
  /// A port that a task publishes on its host is taken.
  package static let taskPortInUse: FailureCode = "task.port_in_use"
  /// A task's image is not on its node and can't be fetched.
  package static let taskImageMissing: FailureCode = "task.image_missing"
  /// A task's container does not pass its own health check.
  package static let taskUnhealthy: FailureCode = "task.unhealthy"
  /// A node has the link of an earlier network left over.
  package static let taskStaleLink: FailureCode = "task.stale_link"
  /// A task failed in another way.
  package static let taskFailed: FailureCode = "task.failed"
}
