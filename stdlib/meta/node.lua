---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Nodes: the members of a swarm, told by their IDs, because host names repeat.
---@class node
node = {}

--- A host's own node ID, asked of the host itself.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return string result The ID; empty when the host is in no swarm.
function node.id(host) end

--- The nodes of a manager's swarm. `host` is the inventory's name of a node that is one of its hosts.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string A manager of the swarm.
---@return { id: string, host?: string, hostname: string, role: string, state: string, availability: string, address: string, labels: table<string, string>, is_leader: boolean, engine_version: string }[] result The nodes, in the order of the inventory, others last.
function node.list(manager) end

--- One node of a manager's swarm.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string A manager of the swarm.
---@param id string The node ID.
---@return { id: string, host?: string, hostname: string, role: string, state: string, availability: string, address: string, labels: table<string, string>, is_leader: boolean, engine_version: string } result The node.
function node.inspect(manager, id) end

---@class (exact) node.wait_ready.options
---@field timeout? Duration How long to wait at most. (default: 60)

--- Waits until each of the hosts is a node of the manager's swarm, ready, in the role that the inventory gives it.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string A manager of the swarm.
---@param hosts (Host|string)[] The hosts.
---@param options? node.wait_ready.options Named options.
---@return table<string, string> result The node IDs by host name.
function node.wait_ready(manager, hosts, options) end

--- The nodes of a manager's swarm that are down and that no host of the inventory calls its own.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string A manager of the swarm.
---@return { id: string, host?: string, hostname: string, role: string, state: string, availability: string, address: string, labels: table<string, string>, is_leader: boolean, engine_version: string }[] result The nodes.
function node.stale(manager) end

--- Removes those of the given nodes that are down and that no host of the inventory calls its own any more: what is
--- left of hosts that left and joined again. Only given IDs are removed, because others may only be switched off.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string A manager of the swarm.
---@param ids string[] Recorded node IDs; empty ones are skipped.
---@return string[] result The IDs that were removed.
function node.remove_stale(manager, ids) end

---@class (exact) node.remove.options
---@field force? boolean Whether a node that is not down is removed too. (default: false)

--- Removes the entry of a node that is down. A node that isn't there is no error.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string A manager of the swarm.
---@param id string The node ID.
---@param options? node.remove.options Named options.
function node.remove(manager, id, options) end
