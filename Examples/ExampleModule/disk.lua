---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- How full the file systems of hosts are.
---@class disk
disk = {}

--- Returns how much room is left where a folder is.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param path string The absolute path of a folder.
---@return integer result Bytes that may still be written there.
function disk.free(host, path) end

--- Makes a folder, and those around it, if they are missing.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param path string The absolute path of a folder.
function disk.ensure_folder(host, path) end
