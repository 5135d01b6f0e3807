---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Swarms: which host is in which, how to join and leave, settings, join tokens, keys.
---@class swarm
swarm = {}

--- The part of a host's engine in a swarm. Works on any host, in a swarm or not.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return { state: "inactive"|"pending"|"active"|"error"|"locked", error: string, node_id: string, node_address: string, is_manager: boolean, is_locked: boolean, cluster_id: string, nodes: integer, leader: string, managers: { id: string, hostname: string, address: string, is_leader: boolean, is_reachable: boolean }[], quorum?: { managers: integer, reachable: integer, needed: integer, tolerated: integer, kept: boolean }, hostname: string, engine_version: string, api_version: string } result Its state. Only a manager knows `cluster_id`, `nodes`, `leader` (a node ID) and `quorum`; elsewhere they are empty, 0 or nil. `quorum.tolerated` says how many more managers may fail. A manager that has lost the others knows no more than `quorum.kept == false`.
function swarm.info(host) end

--- Whether a host is in a swarm, its own or another's.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return boolean result Whether it is.
function swarm.is_active(host) end

--- Whether a host is an active node of a manager's swarm: its own node ID is in the manager's list.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@return boolean result Whether it is.
function swarm.is_member(host, manager) end

--- Whether a host is in no swarm, or in one of which it is the only node.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return boolean result Whether it is.
function swarm.is_alone(host) end

--- The settings of a manager's swarm. Spans are in seconds.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@return { cluster_id: string, autolock: boolean, certificate_expiry: number, task_history: integer, dispatcher_heartbeat: number, external_cas: { url: string, certificate?: string }[], address_pools: string[], subnet_size: integer, data_path_port: integer, root_digest: string, is_rotating: boolean, changed_at?: number } result The settings; `root_digest` is the SHA-256 of the root certificates, `changed_at` is when anything of the swarm itself was last changed, in seconds since 1970.
function swarm.settings(manager) end

---@class (exact) swarm.update.settings.external_cas
---@field url string Its address: https://HOST:PORT/api/v1/cfssl/sign.
---@field certificate? string The root certificate that it signs with, PEM, if not the present one.

---@class (exact) swarm.update.settings
---@field autolock? boolean Whether a manager needs the unlock key after its engine was restarted.
---@field certificate_expiry? Duration How long node certificates are valid; at least 1h, Docker's is 2160h.
---@field task_history? integer How many ended tasks are kept per replica.
---@field dispatcher_heartbeat? Duration How often nodes report to the managers; Docker's is 5s.
---@field external_cas? swarm.update.settings.external_cas[] The servers that sign node certificates instead of the managers; an empty list means none.

--- Changes settings of a manager's swarm; what is left out stays as it is. After autolock was turned on, read the
--- unlock key and keep it elsewhere: without it no manager that restarts comes back.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param settings swarm.update.settings The settings to change.
---@return { cluster_id: string, autolock: boolean, certificate_expiry: number, task_history: integer, dispatcher_heartbeat: number, external_cas: { url: string, certificate?: string }[], address_pools: string[], subnet_size: integer, data_path_port: integer, root_digest: string, is_rotating: boolean, changed_at?: number } result The settings before.
function swarm.update(manager, settings) end

---@class (exact) swarm.init.options.external_cas
---@field url string Its address: https://HOST:PORT/api/v1/cfssl/sign.
---@field certificate? string The root certificate that it signs with, PEM, if not the present one.

---@class (exact) swarm.init.options
---@field advertise_address? string The address under which the swarm knows the host; the inventory's where that is an IP address.
---@field listen_address? string Where it listens for other nodes; everywhere by default.
---@field data_path_address? string The address for the traffic between containers, when another.
---@field data_path_port? integer The UDP port for that traffic; Docker's is 4789.
---@field address_pools? string[] The networks that overlay networks are cut from, as CIDR.
---@field subnet_size? integer The length of the prefix of each; Docker's is 24.
---@field autolock? boolean Whether a manager needs the unlock key after its engine was restarted.
---@field certificate_expiry? Duration How long node certificates are valid; at least 1h, Docker's is 2160h.
---@field task_history? integer How many ended tasks are kept per replica.
---@field dispatcher_heartbeat? Duration How often nodes report to the managers; Docker's is 5s.
---@field external_cas? swarm.init.options.external_cas[] The servers that sign node certificates instead of the managers; an empty list means none.

--- Makes a host the manager of a new swarm. A host that manages a swarm already is left as it is, whatever that
--- swarm's settings are: change those with `swarm.update`.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param options? swarm.init.options Named options.
---@return string result The host's node ID.
function swarm.init(host, options) end

---@class (exact) swarm.join.options
---@field manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@field token Secret|string The join token.
---@field address? string The manager's address; by default that of the first manager that answers, from the inventory.
---@field port? integer The manager's port. (default: 2377)
---@field advertise_address? string The address under which the swarm knows the host; the inventory's where that is an IP address.
---@field listen_address? string Where a manager listens for other nodes; everywhere by default.
---@field data_path_address? string The address for the traffic between containers, when another.
---@field timeout? Duration How long to wait at most. (default: 90)

--- Lets a host join a manager's swarm, and waits until it is in. A host that is in that swarm already is left as it
--- is; one that is in another is a failure. A join that takes long continues in the background and is waited for.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param options swarm.join.options Named options.
---@return string result The host's node ID in that swarm.
function swarm.join(host, options) end

---@class (exact) swarm.leave.options
---@field force? boolean Whether a manager also leaves where it can't be demoted; the last one ends its swarm by leaving. (default: false)
---@field timeout? Duration How long to wait at most. (default: 60)

--- Takes a host out of its swarm, and waits until it is out. A manager among others is demoted first; the call is
--- refused where the others would not be a majority. A host in no swarm is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param options? swarm.leave.options Named options.
---@return string result The node ID that the host had; empty when it was in no swarm.
function swarm.leave(host, options) end

--- The token with which hosts join a manager's swarm.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param role "worker"|"manager" What a host becomes with it.
---@return Secret result The token.
function swarm.join_token(manager, role) end

--- Whether the digest in a manager's worker join token is that of the root certificate it shows.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@return { matches: boolean, token_digest: string, root_digest: string, is_rotating: boolean } result Whether they match, both as hexadecimal digits, and whether the root certificate is being changed.
function swarm.token_matches(manager) end

--- Replaces the join token of a role; no host can join with the old one any more, and nodes that have joined stay. A
--- swarm whose token is no longer the old one is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param role "worker"|"manager" What a host becomes with it.
---@param old Secret|string The token as it was read in an earlier step.
---@return Secret result The new token.
function swarm.rotate_join_token(manager, role, old) end

--- The key with which managers are unlocked after their engine was restarted.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@return Secret? result The key; nil when the swarm's managers do not lock.
function swarm.unlock_key(manager) end

--- Replaces the unlock key. A swarm whose key is no longer the old one is left as it is. A manager that is not
--- connected at this moment keeps the old key until it hears of the new one: keep both for a while.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param old Secret|string The key as it was read in an earlier step.
---@return Secret result The new key.
function swarm.rotate_unlock_key(manager, old) end

---@class (exact) swarm.unlock.options
---@field timeout? Duration How long to wait at most. (default: 60)

--- Unlocks a manager whose engine was restarted, and waits until it is an active member again. A host that is not
--- locked is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param key Secret|string The unlock key.
---@param options? swarm.unlock.options Named options.
---@return string result The host's node ID.
function swarm.unlock(host, key, options) end

--- The root certificate of a manager's swarm, and while it is changed, which nodes still lack the new one.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@return { digest: string, certificate: string, is_rotating: boolean, nodes: integer, waiting: { id: string, hostname: string, state: string }[] } result `digest` is the SHA-256 of `certificate` (PEM) in hexadecimal digits: while `is_rotating`, of the old one.
function swarm.ca(manager) end

---@class (exact) swarm.rotate_ca.options.external_cas
---@field url string Its address: https://HOST:PORT/api/v1/cfssl/sign.

---@class (exact) swarm.rotate_ca.options
---@field from string The digest of the root that is to be replaced, as `swarm.ca` gave it before.
---@field certificate? Secret|string The new root certificate, PEM, not secret but accepted as one; by default the swarm makes one.
---@field key? Secret|string The key of that certificate, PEM; without it an external CA must sign.
---@field external_cas? swarm.rotate_ca.options.external_cas[] The servers that sign with that certificate.
---@field timeout? Duration How long to wait at most. (default: 300)

--- Gives a manager's swarm a new root certificate, and waits until every node has a certificate of it. A swarm whose
--- root is not the one of `from` any more is left as it is; a change that is in progress is waited for. Both join
--- tokens are new afterwards. Nodes that are down hold it up: remove them or bring them back first.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param options swarm.rotate_ca.options Named options.
---@return string result The digest of the new root.
function swarm.rotate_ca(manager, options) end

---@class (exact) swarm.force_new_cluster.options
---@field i_know_that string "the other managers of HOST are lost for good"
---@field advertise_address? string The address under which the swarm knows the host; the inventory's where that is an IP address.

--- The last resort after the majority of the managers is lost for good: makes a remaining manager the only one of its
--- swarm, with the services and nodes as that manager knew them. What the others agreed on without it is lost, and an
--- old manager that comes back must leave before it joins again.
---
--- Refused while the managers agree, and unless `i_know_that` says, word for word, what the runbook must first have a
--- person approve (`approve`): "the other managers of HOST are lost for good". A host that is the only manager of its
--- swarm is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param options swarm.force_new_cluster.options Named options.
---@return string result The host's node ID.
function swarm.force_new_cluster(host, options) end

--- Which node's state an archive on this machine holds: the folder `swarm` of a manager's engine, as tar packs it.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param path string The absolute path on this machine.
---@return { digest: string, swarm: string, role: string, node_id: string, not_after: number, is_expired: boolean, managers: integer, is_locked: boolean } result The archive's SHA-256; the swarm's ID; the node's role, ID, and the end of its certificate, in seconds since 1970; how many managers there were; whether the unlock key is needed.
function swarm.read_archive(path) end
