---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Swarms: which host is in which, how to join and leave, join tokens.
---@class swarm
swarm = {}

--- How a host's engine stands to swarms. Works on any host, in a swarm or not.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return { state: "inactive"|"pending"|"active"|"error"|"locked", error: string, node_id: string, node_address: string, is_manager: boolean, cluster_id: string, nodes: integer, hostname: string, engine_version: string, api_version: string } result Its state. Only a manager knows `cluster_id` and `nodes`; elsewhere they are empty and 0.
function swarm.info(host) end

--- Whether a host is in a swarm, its own or another's.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return boolean result Whether it is.
function swarm.is_active(host) end

--- Whether a host is an active node of a manager's swarm: its own node ID is in the manager's list.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param manager Host|string A manager of the swarm.
---@return boolean result Whether it is.
function swarm.is_member(host, manager) end

--- Whether a host is in no swarm, or in one of which it is the only node.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return boolean result Whether it is.
function swarm.is_alone(host) end

--- The token with which hosts join a manager's swarm.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string A manager of the swarm.
---@param role "worker"|"manager" What a host becomes with it.
---@return Secret result The token.
function swarm.join_token(manager, role) end

--- Whether the digest in a manager's worker join token is that of the root certificate it shows.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string A manager of the swarm.
---@return { matches: boolean, token_digest: string, root_digest: string, is_rotating: boolean } result Whether it is, both as hexadecimal digits, and whether the root certificate is being changed.
function swarm.token_matches(manager) end

---@class (exact) swarm.init.options
---@field advertise_address? string The address under which the swarm knows the host; the inventory's where that is an IP address.

--- Makes a host the manager of a new swarm. A host that manages a swarm already is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param options? swarm.init.options Named options.
---@return string result The host's node ID.
function swarm.init(host, options) end

---@class (exact) swarm.join.options
---@field manager Host|string A manager of the swarm.
---@field token Secret|string The join token.
---@field address? string The manager's address; the inventory's where it is left out.
---@field port? integer The manager's port. (default: 2377)
---@field advertise_address? string The address under which the swarm knows the host; the inventory's where that is an IP address.
---@field timeout? Duration How long to wait at most. (default: 90)

--- Lets a host join a manager's swarm, and waits until it is in. A host that is in that swarm already is left as it
--- is; one that is in another is a failure. A join that takes long goes on in the background and is waited for.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param options swarm.join.options Named options.
---@return string result The host's node ID in that swarm.
function swarm.join(host, options) end

---@class (exact) swarm.leave.options
---@field force? boolean Whether a manager leaves too; the only node of a swarm ends that swarm by leaving. (default: false)
---@field timeout? Duration How long to wait at most. (default: 60)

--- Takes a host out of its swarm, and waits until it is out. A host in no swarm is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param options? swarm.leave.options Named options.
---@return string result The node ID that the host had; empty when it was in no swarm.
function swarm.leave(host, options) end
