---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Small files on hosts, read and written as root where the inventory says `sudo`.
---@class file
file = {}

--- Whether something exists at a path.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param path string The file's absolute path.
---@return boolean result Whether something exists there.
function file.exists(host, path) end

--- The contents of a file of at most one megabyte.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param path string The file's absolute path.
---@return string result The contents.
function file.read(host, path) end

--- The SHA-256 of a file of any size, to compare files of several hosts.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param path string The file's absolute path.
---@return string result 64 hexadecimal digits.
function file.digest(host, path) end

---@class (exact) file.write.options
---@field mode? string The file's permissions, as an octal number. (default: "0644")

--- Writes a file as a whole: readers see either the old contents or the new. It is on the host's disk when the step
--- is done. A file that has these contents already is left as it is, with its permissions.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param path string The file's absolute path.
---@param contents Secret|string Its contents: text, or a secret.
---@param options? file.write.options Named options.
function file.write(host, path, contents, options) end

--- Removes a file, or a symbolic link and not what it points to. A missing file is not an error.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param path string The file's absolute path.
function file.remove(host, path) end

--- Whether something exists at a path on this machine, the one that runs this program.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param path string The absolute path on this machine.
---@return boolean result Whether something exists there.
function file.exists_local(path) end

--- The contents of a file on this machine, the one that runs this program: what the operator brings for the run. At
--- most one megabyte; copy larger files to hosts with `ssh.upload`.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param path string The absolute path on this machine.
---@return string result The contents.
function file.read_local(path) end

--- Writes a secret, for example an unlock key, to a new file on this machine that only its owner can read. The
--- operator then moves it to a safe place. It is on the disk when the step is done. A file that holds this secret
--- already is left as it is; one that holds something else is never overwritten, because that may be the only copy of
--- an older key.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param path string The absolute path on this machine. Its folder must exist.
---@param contents Secret|string The secret.
function file.create_local(path, contents) end
