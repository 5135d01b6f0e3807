---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Commands on hosts, as lists of arguments that no shell reads, and facts about hosts.
---@class ssh
ssh = {}

---@class (exact) ssh.run.options
---@field sudo? boolean Whether it runs as root, through `sudo -n`. (default: false)
---@field cwd? string The folder it runs in; by default the login folder.
---@field env? table<string, string> Variables added to its environment. No secrets.
---@field stdin? Secret|string What it reads from its standard input. The place for secrets.
---@field timeout? Duration How long it may take.
---@field check? boolean Whether an exit code other than 0 is an error. (default: true)

--- Runs a command on a host, to its end, and shows its output as it comes. The command outlives the connection and this program: a resumed run finds it again, with all of its output.
--- Changes something: allowed in steps. After a crash it is found again on the host, not done again.
---@param host Host|string The host.
---@param argv string[] The program and its arguments. No secrets: any user of the host can read them.
---@param options? ssh.run.options Named options.
---@return { status: integer, stdout: string, stderr: string } result The exit code and what it wrote. An exit code other than 0 is an error unless `check` is false.
function ssh.run(host, argv, options) end

---@class (exact) ssh.read.options
---@field sudo? boolean Whether it runs as root, through `sudo -n`. (default: false)
---@field cwd? string The folder it runs in; by default the login folder.
---@field env? table<string, string> Variables added to its environment. No secrets.
---@field stdin? Secret|string What it reads from its standard input. The place for secrets.
---@field timeout? Duration How long it may take.
---@field check? boolean Whether an exit code other than 0 is an error. (default: true)

--- Runs a command that only reads; you promise that it changes nothing. Allowed in checks, and also run in a plan.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param argv string[] The program and its arguments. No secrets: any user of the host can read them.
---@param options? ssh.read.options Named options.
---@return { status: integer, stdout: string, stderr: string } result The exit code and what it wrote. An exit code other than 0 is an error unless `check` is false.
function ssh.read(host, argv, options) end

---@class (exact) ssh.upload.options
---@field mode? string The file's permissions, as an octal number. (default: "0644")

--- Copies a file of this machine to a host, as root there where the inventory says `sudo`. It may be of any size.
--- Readers of the target see either the old contents or the new; a copy with a wrong digest never becomes the target.
--- It is on the disk when the step is done. A target that has the same contents and permissions is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param from string The absolute path on this machine.
---@param to string The absolute path on the host. Its folder must exist.
---@param options? ssh.upload.options Named options.
---@return { bytes: integer, digest: string, method: "sha256"|"cksum" } result The file's size and digest. `cksum` is used where a machine has nothing for SHA-256.
function ssh.upload(host, from, to, options) end

---@class (exact) ssh.download.options
---@field mode? string The file's permissions here, as an octal number. (default: "0600")

--- Copies a file of a host to this machine, read as root there where the inventory says `sudo`. It may be of any
--- size. Readers of the target see either the old contents or the new; a copy with a wrong digest never becomes the
--- target. It is on the disk when the step is done. A target that has the same contents is left as it is.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param from string The absolute path on the host.
---@param to string The absolute path on this machine. Its folder must exist.
---@param options? ssh.download.options Named options.
---@return { bytes: integer, digest: string, method: "sha256"|"cksum" } result The file's size and digest. `cksum` is used where a machine has nothing for SHA-256.
function ssh.download(host, from, to, options) end

--- What a host says about itself: operating system, kernel, addresses, clock, memory, free disk, engine version.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return { hostname: string, operating_system: string, kernel: string, architecture: string, processors: integer, memory_bytes: integer, available_memory_bytes: integer, clock_offset: number, clock_uncertainty: number, addresses: string[], free_bytes: integer, free_bytes_root: integer, data_root: string, engine_version: string, user_id: integer } result The facts. `clock_offset` is how many seconds its clock is ahead of this machine's. `addresses` are its own without those of Docker's bridges. `free_bytes` are for Docker's data in `data_root`, `free_bytes_root` under /. Numbers that are not known are -1. `engine_version` is empty when no engine answers.
function ssh.facts(host) end

---@class (exact) ssh.probe_tcp.options
---@field timeout? Duration How long to wait at most. (default: 3)

--- Whether one host can open a TCP connection to an address.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param address string The address or name.
---@param port integer The port.
---@param options? ssh.probe_tcp.options Named options.
---@return { state: "open"|"refused"|"filtered"|"unknown", detail: string } result `refused`: the machine is there, but nothing listens. `filtered`: nothing answered. `unknown`: not tested.
function ssh.probe_tcp(host, address, port, options) end
