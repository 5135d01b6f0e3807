---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Images on hosts: which are there, and how to load them without a registry.
---@class image
image = {}

--- The images of a host's engine.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@return { id: string, tags: string[], digests: string[], size: integer }[] result The images; `size` is in bytes.
function image.list(host) end

--- Whether an image is on a host, so that a task can start there without fetching it.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param image string Its name with the tag, its digest or its ID.
---@return boolean result Whether it is.
function image.exists(host, image) end

---@class (exact) image.load.options
---@field expect? string[] The names of the images that the file contains.
---@field timeout? Duration How long to wait at most. (default: 1800)

--- Loads the images of a tar file on this machine, as `docker save` writes it, on a host. Doing it again does no harm: images that are there stay as they are. With `expect`, nothing is sent where all of these are there already.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param path string The file, on the machine that runs this program.
---@param options? image.load.options Named options.
---@return string[] result The names of the images that were loaded.
function image.load(host, path, options) end
