---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- One host's own engine: its state, its containers and networks, its recent events, its service.
---@class docker
docker = {}

--- What a host's engine says about itself and its part in a swarm. Works in any state of the swarm.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return { name: string, engine_version: string, api_version: string, operating_system: string, data_root: string, logging_driver: string, warnings: string[], running: integer, cpus: number, memory: integer, clock: number?, state: "inactive"|"pending"|"active"|"error"|"locked", error: string, node_id: string, node_address: string, is_manager: boolean, cluster_id: string, managers: { node_id: string, address: string }[] } result Its state. `api_version` is the one in use; `running` counts containers; `clock` is in seconds since 1970; `error` is what went wrong with its swarm, in the engine's words; `managers` are those that it knows.
function docker.info(host) end

---@class (exact) docker.containers.options
---@field all? boolean Whether to list those that do not run, too. (default: false)

--- The containers of a host's engine.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param options? docker.containers.options Named options.
---@return { id: string, name: string, image: string, state: string, status: string, labels: table<string, string>, networks: string[] }[] result The containers by name.
function docker.containers(host, options) end

--- The networks that a host's engine knows, in a swarm or not.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return { id: string, name: string, driver: string, scope: "local"|"swarm"|"global", labels: table<string, string>, is_ingress: boolean }[] result The networks by name.
function docker.networks(host) end

---@class (exact) docker.events.options
---@field since? Duration How far back. (default: 600)
---@field types? string[] Only of these kinds: "container", "node", "service", …

--- The recent events of a host's engine, and on a manager those of the swarm, as far as the engine remembers them.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param options? docker.events.options Named options.
---@return { time: number, type: string, action: string, id: string, attributes: table<string, string> }[] result The events, the oldest first; `time` is in seconds since 1970.
function docker.events(host, options) end

---@class (exact) docker.stop.options
---@field timeout? Duration How long to wait at most. (default: 120)

--- Stops a host's engine through its service manager, and returns when it is down. Its containers end. An engine that
--- is down already is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param options? docker.stop.options Named options.
function docker.stop(host, options) end

---@class (exact) docker.start.options
---@field timeout? Duration How long to wait at most. (default: 120)

--- Starts a host's engine through its service manager, and returns when it answers. The engine may know only later
--- whether it is in a swarm. An engine that runs already is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param options? docker.start.options Named options.
function docker.start(host, options) end
