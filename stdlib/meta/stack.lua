---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Stacks and their services: deploy and remove them, wait until that is done, see where they run, why they don't,
--- and what they write.
---@class stack
stack = {}

--- The names of the stacks that are deployed in a manager's swarm.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@return string[] result The names, in alphabetical order.
function stack.list(manager) end

---@class (exact) stack.deploy.options
---@field name string The stack's name.
---@field directory string The folder of the compose files on the manager.
---@field files string[] The compose files, in the order in which they are merged.
---@field options? string[] More options for `docker stack deploy`.
---@field environment? table<string, string> Variables for the compose files, used there as `${NAME}`; `run.inventory.stack.environment`. They reach docker through its environment, not as an argument of a command.
---@field timeout? Duration How long to wait at most. (default: 300)

--- Deploys a stack with `docker stack deploy` on a manager, in the folder of its compose files. Returns when the
--- services are created; `stack.wait` waits until they run. It always uses the engine of the inventory, even where a
--- context or variables would lead docker elsewhere, and fails where that engine does not have the services
--- afterwards.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param options stack.deploy.options Named options.
function stack.deploy(manager, options) end

---@class (exact) stack.remove.options
---@field timeout? Duration How long its tasks may take to end. (default: 180)
---@field network_timeout? Duration How long its networks may take to end after that. (default: 60)

--- Removes a stack, and waits until its tasks, then its networks, are really gone. A missing stack is not an
--- error.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param name string The stack's name.
---@param options? stack.remove.options Named options.
---@return { services: string[], networks: string[], secrets: string[], configs: string[] } result The names of what was removed.
function stack.remove(manager, name, options) end

---@class (exact) stack.wait.options
---@field timeout? Duration How long to wait at most. (default: 300)

--- Waits until every service of a stack has all its tasks running, with their health checks passed. Fails with the
--- scheduler's own reason where a service can't.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param name string The stack's name.
---@param options? stack.wait.options Named options.
---@return { name: string, running: integer, desired: integer }[] result The services by name.
function stack.wait(manager, name, options) end

---@class (exact) stack.wait_service.options
---@field on? Host|string|(Host|string)[] The hosts on each of which it must run.
---@field off? Host|string|(Host|string)[] The hosts on which none of its tasks may run; their own engines are asked.
---@field settled? boolean Whether all its tasks must run, too, on any hosts. (default: true)
---@field timeout? Duration How long to wait at most. (default: 300)

--- Waits until one service runs on certain hosts, and has ended on others, after labels were changed. Fails with the
--- code `service.not_scheduled` when the swarm does not start it there by itself (moby#31014); then use
--- `stack.restart`.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param service string The service's name, with the stack's before it.
---@param options? stack.wait_service.options Named options.
---@return { name: string, running: integer, desired: integer } result How many tasks run.
function stack.wait_service(manager, service, options) end

---@class (exact) stack.wait_reachable.options
---@field timeout? Duration How long to wait at most. (default: 150)
---@field others? integer On how many other hosts each host tests the tasks; on all of them where a network spans no more. (default: 16)
---@field partial? boolean Whether to leave out hosts that do not answer, instead of failing. (default: false)

--- Waits until the tasks of a stack reach each other across hosts, over its overlay networks. Each host's engine is
--- asked what it has heard of the others' tasks (port 7946), and each of these is tested over TCP from inside the
--- network of a task there (port 4789), as root. Nothing is changed, and nothing is needed in the images. In a large
--- swarm each host tests the tasks of some others, always the same ones: each tests equally many, each is tested by
--- equally many, and no part of the swarm can be cut off from the rest unnoticed.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param name string The stack's name.
---@param options? stack.wait_reachable.options Named options.
---@return { working: integer, untested: integer, unknown: { host: string, reason: string }[] } result How many paths from a host to a task elsewhere were tested and work, how many were not tested, and the hosts for which this is unknown, and why.
function stack.wait_reachable(manager, name, options) end

--- The services of a deployed stack; none when it is not deployed.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param name string The stack's name.
---@return { name: string, image: string, mode: string, desired: integer, running: integer, constraints: string[], ports: { protocol: string, target: integer, published: integer, mode: string }[] }[] result The services by name. For a global service, `desired` counts the nodes that it may run on.
function stack.services(manager, name) end

--- The tasks of a deployed stack that should run, with the host that each is on.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param name string The stack's name.
---@return { service: string, node: string, host?: string, slot: integer, state: string, error: string }[] result The tasks by service and slot. `node` is a node ID, empty while none is chosen. `host` is missing where that host does not answer.
function stack.tasks(manager, name) end

---@class (exact) stack.problems.options
---@field stack? string The stack; by default all services of the swarm.
---@field log_lines? integer How many of the last lines of an ended task are read. (default: 10)

--- Why services have fewer running tasks than they should: the scheduler's and the engines' own words, each explained by the state of the swarm (labels and constraints node by node, who holds a port, what is reserved) and by the last lines of an ended task's log. A service that runs has no entry.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param options? stack.problems.options Named options.
---@return { service: string, task: string, node?: string, host?: string, state: string, code: string, message: string, cause: string, reasons: string[], log: string[], hint: string, lasting: boolean }[] result One entry per service and text, the newest first. `cause` is in the engine's words; `lasting`: it stays so until someone changes something.
function stack.problems(manager, options) end

---@class (exact) stack.logs.options
---@field tail? integer How many of the last lines of each task. (default: 100)
---@field since? Duration Only lines from this last span of time.
---@field task? string Only lines of the task with that ID.
---@field show? boolean Whether the lines are shown as they come. (default: false)
---@field timeout? Duration How long to wait at most. (default: 60)

--- The last lines that the tasks of a service wrote, on all nodes; with `show` they appear in the step as they come. Where lines can't be read, because a node is away, a line of the stream "engine" says so.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param service string The service's name, with the stack's before it.
---@param options? stack.logs.options Named options.
---@return { task: string, node: string, host?: string, stream: "stdout"|"stderr"|"engine", time: string, text: string }[] result The lines in the order in which they were written.
function stack.logs(manager, service, options) end

---@class (exact) stack.restart.options
---@field wait? boolean Whether to wait until all its tasks run. (default: true)
---@field timeout? Duration How long to wait at most. (default: 300)

--- Restarts the tasks of one service with the same settings, on the nodes that fit now; needed after labels were put back. After a crash the step is done again, so the tasks restart once more.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param service string The service's name, with the stack's before it.
---@param options? stack.restart.options Named options.
---@return { name: string, running: integer, desired: integer }? result How many tasks run; nothing without waiting.
function stack.restart(manager, service, options) end

---@class (exact) stack.update_image.options
---@field wait? boolean Whether to wait until all its tasks run. (default: true)
---@field timeout? Duration How long to wait at most. (default: 300)

--- Gives one service another image, and changes nothing where it has that already. The image must be on the nodes, or the nodes must be able to fetch it without a password.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param service string The service's name, with the stack's before it.
---@param image string The image, with its tag.
---@param options? stack.update_image.options Named options.
---@return { name: string, running: integer, desired: integer }? result How many tasks run; nothing without waiting.
function stack.update_image(manager, service, image, options) end

---@class (exact) stack.scale.options
---@field wait? boolean Whether to wait until all its tasks run. (default: true)
---@field timeout? Duration How long to wait at most. (default: 300)

--- Sets how many tasks a replicated service has; one that has as many already is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param service string The service's name, with the stack's before it.
---@param count integer How many.
---@param options? stack.scale.options Named options.
---@return { name: string, running: integer, desired: integer }? result How many tasks run; nothing without waiting.
function stack.scale(manager, service, count, options) end

--- The networks of a stack, and what is attached to each on any node.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param name string The stack's name.
---@return { id: string, name: string, driver: string, attached: string[] }[] result The networks by name; `attached` are sentences for a person: task or container, and its address.
function stack.networks(manager, name) end

---@class (exact) stack.leftovers.options
---@field stack? string The stack; by default all of them.

--- What stacks left behind in a swarm: networks, secrets and configs of stacks that have no services any more.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param options? stack.leftovers.options Named options.
---@return { kind: "network"|"secret"|"config", id: string, name: string, stack: string, attached: string[] }[] result What is left; `attached` says what holds a network.
function stack.leftovers(manager, options) end

---@class (exact) stack.described.options
---@field directory string The folder of the compose files on the host.
---@field files string[] The compose files, in the order in which they are merged.
---@field instead? table<string, string> Contents to use instead of what the files hold, by their names in `files`.
---@field environment? table<string, string> Variables for the compose files, used there as `${NAME}`; `run.inventory.stack.environment`. They reach docker through its environment, not as an argument of a command.

--- The services that compose files describe, merged as `docker stack deploy` of the host's own client does it. Reads
--- the files on the host; nothing is deployed. Where the client's version is unknown, files that any known version
--- accepts are accepted, and a warning says where the versions differ.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host that has the files; it need not be in a swarm.
---@param options stack.described.options Named options.
---@return { name: string, image: string, mode: string, replicas: integer, constraints: string[] }[] result The services by name, without the stack's. `mode` is "replicated", "global", "job" or "global job"; `replicas` is 1 where each node has its own.
function stack.described(host, options) end

---@class (exact) stack.check_placement.options
---@field directory string The folder of the compose files on the manager.
---@field files string[] The compose files, in the order in which they are merged.
---@field labels table<string, table<string, string>> The planned labels of each host, by host name.
---@field environment? table<string, string> Variables for the compose files, used there as `${NAME}`; `run.inventory.stack.environment`. They reach docker through its environment, not as an argument of a command.

--- Which services of compose files would find no node, or not enough room, if each host had the given labels: by
--- constraints, availability, platform, reservations, `max_replicas_per_node` and ports in host mode. The files are
--- read on the manager, first by its own docker, which refuses there what it would refuse when it deploys; nothing is
--- deployed. It also reports files that they name but that do not exist, and external networks, secrets and configs
--- that the swarm does not have.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@param options stack.check_placement.options Named options.
---@return { message: string, cause: string, hint: string, certain: boolean }[] result One entry per service or port. It is not certain where something that decides is not known before deploying.
function stack.check_placement(manager, options) end
