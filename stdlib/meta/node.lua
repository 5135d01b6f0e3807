---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Nodes: the members of a swarm, identified by their IDs, because host names repeat.
---@class node
node = {}

--- A host's own node ID, asked of the host itself.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return string result The ID; empty when the host is in no swarm.
function node.id(host) end

--- The nodes of a manager's swarm. `host` is the inventory's name of a node that is one of its hosts.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@return { id: string, host?: string, hostname: string, role: string, state: string, availability: string, message: string, address: string, labels: table<string, string>, is_manager: boolean, is_leader: boolean, is_reachable: boolean, manager_address: string, engine_version: string }[] result The nodes, in the order of the inventory; nodes of other hosts last.
function node.list(manager) end

--- One node of a manager's swarm.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param node string The node: a host of the inventory, or a node ID.
---@return { id: string, host?: string, hostname: string, role: string, state: string, availability: string, message: string, address: string, labels: table<string, string>, is_manager: boolean, is_leader: boolean, is_reachable: boolean, manager_address: string, engine_version: string } result The node.
function node.inspect(manager, node) end

--- A host's node in a manager's swarm, found by the ID that the host itself reports.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param host Host|string The host.
---@return { id: string, host?: string, hostname: string, role: string, state: string, availability: string, message: string, address: string, labels: table<string, string>, is_manager: boolean, is_leader: boolean, is_reachable: boolean, manager_address: string, engine_version: string }? result The node; nil when the host is not a node of that swarm.
function node.by_host(manager, host) end

---@class (exact) node.wait.options
---@field state? "ready"|"down"|"unknown"|"disconnected" Its state.
---@field role? "manager"|"worker" Its role in effect, not only assigned: a manager that the others reach, a worker that no longer manages.
---@field availability? "active"|"pause"|"drain" Whether it takes tasks.
---@field timeout? Duration How long to wait at most. (default: 60)

--- Waits until a node has the given state, role and availability; what is left out does not matter.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param node string The node: a host of the inventory, or a node ID.
---@param options node.wait.options Named options.
---@return { id: string, host?: string, hostname: string, role: string, state: string, availability: string, message: string, address: string, labels: table<string, string>, is_manager: boolean, is_leader: boolean, is_reachable: boolean, manager_address: string, engine_version: string } result The node.
function node.wait(manager, node, options) end

---@class (exact) node.wait_ready.options
---@field timeout? Duration How long to wait at most. (default: 60)

--- Waits until each of the hosts is a node of the manager's swarm, ready, in the role that the inventory gives it.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param hosts (Host|string)[] The hosts.
---@param options? node.wait_ready.options Named options.
---@return table<string, string> result The node IDs by host name.
function node.wait_ready(manager, hosts, options) end

---@class (exact) node.promote.options
---@field timeout? Duration How long to wait at most. (default: 60)

--- Makes a node a manager, and waits until the other managers reach it. A manager is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param node string The node: a host of the inventory, or a node ID.
---@param options? node.promote.options Named options.
---@return string result The node ID.
function node.promote(manager, node, options) end

---@class (exact) node.demote.options
---@field timeout? Duration How long to wait at most. (default: 60)

--- Makes a manager a worker, and waits until it is no longer among the managers. A worker is left as it is. Refused
--- for the last manager, and where too few of the remaining managers are reachable for a majority.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param node string The node: a host of the inventory, or a node ID.
---@param options? node.demote.options Named options.
---@return string result The node ID.
function node.demote(manager, node, options) end

---@class (exact) node.drain.options
---@field timeout? Duration How long to wait at most. (default: 120)

--- Moves all tasks off a node, and waits until they are gone. Their services run on other nodes where they may. A
--- node that is drained already is left as it is, but its tasks are still waited for.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param node string The node: a host of the inventory, or a node ID.
---@param options? node.drain.options Named options.
---@return "active"|"pause"|"drain" result Its availability before.
function node.drain(manager, node, options) end

--- Stops a node from taking new tasks; those that it has keep running.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param node string The node: a host of the inventory, or a node ID.
---@return "active"|"pause"|"drain" result Its availability before.
function node.pause(manager, node) end

--- Lets a node take tasks, after `pause` or `drain`.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param node string The node: a host of the inventory, or a node ID.
---@return "active"|"pause"|"drain" result Its availability before.
function node.activate(manager, node) end

--- The nodes of a manager's swarm that are down and that no host of the inventory reports as its own.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@return { id: string, host?: string, hostname: string, role: string, state: string, availability: string, message: string, address: string, labels: table<string, string>, is_manager: boolean, is_leader: boolean, is_reachable: boolean, manager_address: string, engine_version: string }[] result The nodes.
function node.stale(manager) end

--- Removes those of the given nodes that are down and that no host of the inventory reports as its own any more: the
--- entries of hosts that left and joined again. Only given IDs are removed, because other nodes may only be switched
--- off.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param ids string[] Recorded node IDs; empty ones are skipped.
---@return string[] result The IDs that were removed.
function node.remove_stale(manager, ids) end

---@class (exact) node.remove.options
---@field force? boolean Whether to remove a node that is not down, too, at once. (default: false)
---@field timeout? Duration How long to wait at most. (default: 60)

--- Waits until a node is down, then removes its entry. A missing node is not an error. Demote a manager first.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param id string The node ID.
---@param options? node.remove.options Named options.
function node.remove(manager, id, options) end
