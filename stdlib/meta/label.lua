---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Labels of nodes. A host's node is found by the ID that the host itself reports.
---@class label
label = {}

---@class (exact) label.get.options
---@field on? Host|string|(Host|string)[] The manager to ask, or several; by default the host itself.

--- The labels of a host's node.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param options? label.get.options Named options.
---@return table<string, string> result The labels with their values.
function label.get(host, options) end

---@class (exact) label.set.options
---@field on? Host|string|(Host|string)[] The manager to ask, or several; by default the host itself.

--- Adds labels to a host's node, or gives them new values. Other labels stay.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param labels table<string, string> The labels with their values.
---@param options? label.set.options Named options.
---@return table<string, string> result The labels before.
function label.set(host, labels, options) end

---@class (exact) label.ensure.options
---@field on? Host|string|(Host|string)[] The manager to ask, or several; by default the host itself.

--- Makes the labels of a host's node exactly the given ones: others are removed.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param labels table<string, string> The labels with their values.
---@param options? label.ensure.options Named options.
---@return table<string, string> result The labels before.
function label.ensure(host, labels, options) end

---@class (exact) label.remove.options
---@field on? Host|string|(Host|string)[] The manager to ask, or several; by default the host itself.

--- Removes labels from a host's node. A missing label is not an error.
--- Changes something: allowed in steps. It looks first, so doing it again does no harm.
---@param host Host|string The host.
---@param names string[] The labels' names.
---@param options? label.remove.options Named options.
---@return table<string, string> result The labels before.
function label.remove(host, names, options) end
