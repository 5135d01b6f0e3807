---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Stacks: deploy and remove them, wait until that is done, see where their services run.
---@class stack
stack = {}

---@class (exact) stack.deploy.options
---@field name string The stack's name.
---@field directory string The folder of the compose files on the manager.
---@field files string[] The compose files, in the order in which they are merged.
---@field options? string[] Further words for `docker stack deploy`.
---@field timeout? Duration How long to wait at most. (default: 300)

--- Deploys a stack with `docker stack deploy` on a manager, in the folder of its compose files. Returns when the
--- services are described; `stack.wait` waits until they run.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several of which the first that answers is asked.
---@param options stack.deploy.options Named options.
function stack.deploy(manager, options) end

---@class (exact) stack.remove.options
---@field timeout? Duration How long its tasks may take to end. (default: 180)
---@field network_timeout? Duration How long its networks may take to go after that. (default: 60)

--- Removes a stack, and waits until its tasks, then its networks, are really gone. A stack that isn't there is no
--- error.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several of which the first that answers is asked.
---@param name string The stack's name.
---@param options? stack.remove.options Named options.
---@return { services: string[], networks: string[], secrets: string[], configs: string[] } result The names of what was removed.
function stack.remove(manager, name, options) end

---@class (exact) stack.wait.options
---@field timeout? Duration How long to wait at most. (default: 300)

--- Waits until every service of a stack runs as often as it should, with its health checks passed. Fails with the
--- scheduler's own reason where one can't.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several of which the first that answers is asked.
---@param name string The stack's name.
---@param options? stack.wait.options Named options.
---@return { name: string, running: integer, desired: integer }[] result The services by name.
function stack.wait(manager, name, options) end

---@class (exact) stack.wait_reachable.options
---@field timeout? Duration How long to wait at most. (default: 150)

--- Waits until the tasks of a stack reach each other across hosts, over its overlay networks. Each host's engine is
--- asked what it has been told of the others' tasks (port 7946), and each of these is tried over TCP from inside the
--- network of a task there (port 4789), as root. Nothing is changed, and nothing is needed in the images.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several of which the first that answers is asked.
---@param name string The stack's name.
---@param options? stack.wait_reachable.options Named options.
---@return { working: integer, untold: { host: string, reason: string }[] } result How many ways from a host to a task elsewhere were tried and work, and the hosts where it can't be told, and why.
function stack.wait_reachable(manager, name, options) end

--- The services of a deployed stack; none when it is not deployed.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several of which the first that answers is asked.
---@param name string The stack's name.
---@return { name: string, image: string, mode: string, desired: integer, running: integer, constraints: string[], ports: { protocol: string, target: integer, published: integer, mode: string }[] }[] result The services by name. A global service desires one task per node that it is allowed on.
function stack.services(manager, name) end

--- The tasks of a deployed stack that should run, with the host that each is on.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several of which the first that answers is asked.
---@param name string The stack's name.
---@return { service: string, node: string, host?: string, slot: integer, state: string, error: string }[] result The tasks by service and slot. `node` is a node ID, empty while none is chosen.
function stack.tasks(manager, name) end

---@class (exact) stack.check_placement.options
---@field directory string The folder of the compose files on the manager.
---@field files string[] The compose files, in the order in which they are merged.
---@field labels table<string, table<string, string>> The planned labels of each host, by host name.

--- Which services of compose files would find no node, if each host had the given labels. Reads the files on the
--- manager; nothing is deployed.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several of which the first that answers is asked.
---@param options stack.check_placement.options Named options.
---@return { message: string, cause: string, hint: string, certain: boolean }[] result One entry per service. It is not certain where something that decides is not known before deploying.
function stack.check_placement(manager, options) end
