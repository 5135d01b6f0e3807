---@meta
-- Generated from the built-ins' own descriptions; see CONTRIBUTING.md.

--- A time span: seconds as a number, or text such as "500ms", "2s", "5m", "1h".
---@alias Duration number|string

--- A value that is never shown: it prints as ‹secret›, and can only be handed to a function that takes one.
---@class Secret

--- A host of the inventory. It prints as its name.
---@class (exact) Host
---@field name string The inventory name.
---@field address string The address that the other hosts use for it.
---@field role "manager"|"worker" What it is in the swarm.
---@field services string[] The services that the inventory gives it.
---@field labels table<string, string> Labels that its node gets beside those of its services.
---@field advertise_address? string The address that it advertises to the swarm, if the inventory names one.

--- The stack that the inventory describes.
---@class (exact) InventoryStack
---@field name string Its name.
---@field directory string The folder of the compose files, on the manager.
---@field files string[] The compose files in the order in which they are merged.
---@field deploy_options string[] Extra arguments for `docker stack deploy`.
---@field environment table<string, string> Variables for the compose files.

--- The inventory.
---@class (exact) InventoryView
---@field stack? InventoryStack The stack; nil if the inventory describes none.
---@field hosts Host[] All hosts, in the order of the file.
---@field manager Host The manager; the first if there are several.
---@field managers Host[] All managers.
---@field workers Host[] All workers.

--- The argument of a runbook's function.
---@class (exact) Run
---@field id string The run's ID.
---@field params table<string, any> The runbook's parameters, with the values of this run.
---@field inventory InventoryView The inventory.

---@class (exact) runbook.definition.params
---@field default? any The value if the command line gives none.
---@field help? string What it is for.
---@field type? "string"|"integer"|"number"|"boolean"|"duration"|"host"|"secret" What it takes; taken from `default` if left out.
---@field required? boolean Whether it must be given.
---@field choices? string[] The texts that it takes.

---@class (exact) runbook.definition.inventory
---@field stack? boolean Whether the inventory must describe a stack; true if left out.
---@field managers? "one"|"several" How many hosts may have the role manager; one if left out.

---@class (exact) runbook.definition
---@field summary? string What the runbook does, in one line.
---@field requires_api? string The version of the API that it is written for, as "1.0"; refused if this program does not support it.
---@field params? table<string, runbook.definition.params> Its parameters.
---@field inventory? runbook.definition.inventory What it needs of the inventory, checked before anything is contacted.
---@field [1] fun(run: Run): any What it does.

--- Defines a runbook. The file returns what this returns.
---@param definition runbook.definition What the runbook is.
---@return table result The definition.
function runbook(definition) end

---@class (exact) step.options.retry
---@field attempts integer How often in all.
---@field initial? Duration The wait before the second attempt. (default: 1)
---@field backoff? number By how much each further wait is longer. (default: 2)
---@field max? Duration The longest wait; 60s if left out, or the first wait if that is longer.
---@field jitter? number The random part of each wait, 0 to 1. (default: 0.1)
---@field total? Duration How long all attempts and waits may take together.
---@field retry_on? string[] The codes of failures that are tried again, or their areas: "ssh". All if left out.
---@field not_on? string[] The codes of failures that are not tried again, or their areas.

---@class (exact) step.options
---@field check? fun(): any Whether the goal already holds; if so, the step is not executed. Reads only.
---@field undo? fun(result: any) Undoes the step in a rollback.
---@field retry? step.options.retry When and how often a failed step is tried again.
---@field idempotent? boolean Whether doing it twice does no harm.
---@field timeout? Duration How long one attempt may take.
---@field host? Host|string The host that the step is about.

--- A named unit of work: the only place where a runbook touches the outside. What `fn` returns is recorded, and returned again when the run is resumed.
---@generic Result
---@param name string Its name, which is its identity in its scope.
---@param fn fun(): Result What the step does.
---@return Result result What `fn` returned.
---@overload fun(name: string, options: step.options, fn: fun(): any): any
function step(name, fn) end

---@class (exact) parallel.options
---@field limit? integer How many branches run at a time; all if left out.
---@field serial? integer How many branches run before the next ones begin; all if left out.
---@field max_failures? integer How many branches may fail without stopping the others; their results are nil. The run names each at its end, and ends as failed: a resume continues them.

--- Runs branches side by side: `parallel(list, fn)` one per item, in a scope named by the host or the item's text; `parallel(name, list, fn)` the same below a scope; `parallel { a = fn, b = fn }` different ones. All branches finish, and all failures are reported together. Returns the results in the same places.
---@overload fun(list: any[], fn: fun(item: any): any): any[]|table<string, any>
---@overload fun(list: any[], options: parallel.options, fn: fun(item: any): any): any[]|table<string, any>
---@overload fun(name: string, list: any[], fn: fun(item: any): any): any[]|table<string, any>
---@overload fun(name: string, list: any[], options: parallel.options, fn: fun(item: any): any): any[]|table<string, any>
---@overload fun(branches: table<string, fun(): any>): any[]|table<string, any>
---@overload fun(branches: table<string, fun(): any>, options: parallel.options): any[]|table<string, any>
---@overload fun(name: string, branches: table<string, fun(): any>): any[]|table<string, any>
---@overload fun(name: string, branches: table<string, fun(): any>, options: parallel.options): any[]|table<string, any>
function parallel(...) end

--- Puts the steps of `fn` under a name.
---@generic Result
---@param name string The name.
---@param fn fun(): Result What is done below it.
---@return Result result What `fn` returned.
function scope(name, fn) end

--- Waits, durably, for an operator's approval.
---@param text string The question.
function approve(text) end

---@class (exact) refuse.findings
---@field message string What it is, as one sentence.
---@field host? Host|string On which host.
---@field hint? string What to do about it.
---@field cause? string The remote side's own words.

--- Ends the run before anything was changed, and shows all findings at once.
---@param findings refuse.findings[] Each thing that was found.
function refuse(findings) end

---@class (exact) conclude.findings
---@field message string What it is, as one sentence.
---@field host? Host|string On which host.
---@field hint? string What to do about it.
---@field cause? string The remote side's own words.

--- Ends the run with its findings, whatever it has changed: all findings are shown, the exit code is 1, and the run is over. Does nothing without findings.
---@param message string What was found, as one sentence.
---@param findings conclude.findings[] Each thing that was found.
function conclude(message, findings) end

---@class (exact) fail.failure
---@field message string What it is, as one sentence.
---@field host? Host|string On which host.
---@field hint? string What to do about it.
---@field cause? string The remote side's own words.
---@field retryable? boolean Whether trying again may help.

--- Fails the step or run with an operator's sentence.
---@param failure fail.failure What went wrong.
---@overload fun(message: string)
function fail(failure) end

--- Shows a checklist at the end of the run: what the operator still has to do.
---@param title string What the list is.
---@param items? string[] What is to be done.
function note(title, items) end

--- Shows a table at the end of the run, even if it is refused or ends with findings. Cells that say "ok", "finding" or "not possible" are shown in colour.
---@param title string What the table is about.
---@param headings string[] One per column.
---@param rows string[][] Each with one text per column.
function show_table(title, headings, rows) end

--- Makes a secret of a text.
---@param text string The text.
---@return Secret result The secret, which prints as ‹secret›.
function secret(text) end

--- Messages for the operator who watches the run.
---@class log
log = {}

--- Shows and records a line.
---@param text string The line.
function log.info(text) end

--- Shows and records a warning.
---@param text string The line.
function log.warn(text) end

--- JSON.
---@class json
json = {}

---@class (exact) json.encode.options
---@field pretty? boolean On several lines.

--- Writes data as JSON. A secret is an error.
---@param value any What to write.
---@param options? json.encode.options Options.
---@return string result The text.
function json.encode(value, options) end

--- Reads JSON.
---@param text string The text.
---@return any result The data.
function json.decode(text) end

--- Time, recorded so that a resumed run sees the same.
---@class time
time = {}

--- The present moment, recorded.
---@return number result Seconds since 1970.
function time.now() end

--- Waits.
---@param duration Duration How long, for example "2s".
function time.sleep(duration) end

--- A moment in ISO 8601, in UTC.
---@param seconds number Seconds since 1970, as `time.now()` gives them.
---@return string result The text.
function time.text(seconds) end

--- Random values, recorded so that a resumed run sees the same.
---@class random
random = {}

--- A whole number from `low` to `high`, recorded.
---@param low integer The least.
---@param high integer The greatest.
---@return integer result The number.
function random.integer(low, high) end

--- A random UUID, recorded.
---@return string result The UUID, in lower case.
function random.uuid() end

--- A variable of the operator's environment, recorded.
---@param name string Its name.
---@return string? result Its value; nil if it is not set.
function env(name) end

--- Says, at the top of a module, for which API version it is written; refused if this program does not support it.
---@param version string The version, for example "1.0".
function requires_api(version) end
