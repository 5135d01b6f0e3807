---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Simulated worlds for tests, and runs of runbooks in them. Only test files have it.
---@class simulation
simulation = {}

---@class (exact) simulation.world.options
---@field inventory any the inventory: a file beside the test, or a table with what would be in it
---@field world? any the world file, or a table with what would be in it
---@field seed? integer what random values and IDs are made of

--- Makes a simulated world, in which the test continues. The previous one is gone.
--- Computes only: allowed anywhere.
---@param options simulation.world.options what it is made of
function simulation.world(options) end

---@class (exact) simulation.run.options.faults
---@field step? string the step's path; any if left out
---@field primitive? string what fails, for example swarm.join; any if left out
---@field message string what went wrong
---@field times? integer how often it fails (default: 1)
---@field retryable? boolean whether trying again may help (default: false)
---@field after? boolean whether it was carried out nevertheless (default: false)

---@class (exact) simulation.run.options
---@field params? table<string, any> the runbook's parameters
---@field approve? boolean the answer to the runbook's questions (default: true)
---@field answers? table<string, boolean> the answers to single questions, by their texts
---@field settle? "done"|"retry"|"fail" the outcome of steps in doubt, as an operator would say
---@field die_at? string the moment at which the process dies: one of a result's `moments`
---@field faults? simulation.run.options.faults[] what goes wrong

--- Runs a runbook in the world, to its end or to where it stops.
--- Computes only: allowed anywhere.
---@param runbook string the runbook: a file beside the test, or a name as for `runbook run`
---@param options? simulation.run.options named options
---@return SimulationResult result The result of the run.
function simulation.run(runbook, options) end

---@class (exact) simulation.resume.options.faults
---@field step? string the step's path; any if left out
---@field primitive? string what fails, for example swarm.join; any if left out
---@field message string what went wrong
---@field times? integer how often it fails (default: 1)
---@field retryable? boolean whether trying again may help (default: false)
---@field after? boolean whether it was carried out nevertheless (default: false)

---@class (exact) simulation.resume.options
---@field approve? boolean the answer to the runbook's questions (default: true)
---@field answers? table<string, boolean> the answers to single questions, by their texts
---@field settle? "done"|"retry"|"fail" the outcome of steps in doubt, as an operator would say
---@field die_at? string the moment at which the process dies: one of a result's `moments`
---@field faults? simulation.resume.options.faults[] what goes wrong

--- Resumes the run, as a new process.
--- Computes only: allowed anywhere.
---@param options? simulation.resume.options named options
---@return SimulationResult result The result of the run.
function simulation.resume(options) end

---@class (exact) simulation.rollback.options.faults
---@field step? string the step's path; any if left out
---@field primitive? string what fails, for example swarm.join; any if left out
---@field message string what went wrong
---@field times? integer how often it fails (default: 1)
---@field retryable? boolean whether trying again may help (default: false)
---@field after? boolean whether it was carried out nevertheless (default: false)

---@class (exact) simulation.rollback.options
---@field approve? boolean the answer to the runbook's questions (default: true)
---@field answers? table<string, boolean> the answers to single questions, by their texts
---@field settle? "done"|"retry"|"fail" the outcome of steps in doubt, as an operator would say
---@field die_at? string the moment at which the process dies: one of a result's `moments`
---@field faults? simulation.rollback.options.faults[] what goes wrong

--- Undoes what the run has done.
--- Computes only: allowed anywhere.
---@param options? simulation.rollback.options named options
---@return SimulationResult result The result of the run.
function simulation.rollback(options) end

--- What was sent to a host that may have changed it: `POST /swarm/join`, or a command, in order.
--- Computes only: allowed anywhere.
---@param host Host|string the host
---@return string[] result The calls and commands.
function simulation.calls(host) end

--- Moves the world's time forward at once.
--- Computes only: allowed anywhere.
---@param time Duration how much later
function simulation.jump(time) end

--- Switches a host off, or on.
--- Computes only: allowed anywhere.
---@param host Host|string the host
---@param on boolean whether it should be on
function simulation.power(host, on) end

--- Ends a host's Docker engine, or starts it.
--- Computes only: allowed anywhere.
---@param host Host|string the host
---@param running boolean whether it should run
function simulation.engine(host, running) end

--- Gives the path of a file on this machine, in a folder of this test alone, which is removed when the test ends.
--- Computes only: allowed anywhere.
---@param name string the file's name
---@param contents? string what is written into it; no file is made if left out
---@return string result The absolute path.
function simulation.local_file(name, contents) end

--- Returns the text of a secret, to compare it: in a simulated world it protects nothing.
--- Computes only: allowed anywhere.
---@param secret Secret|string the secret
---@return string result Its text.
function simulation.reveal(secret) end

---@class (exact) SimulationFailure
---@field code string What kind of failure it is.
---@field message string What happened.
---@field host? string On which host.
---@field step? string At which step.
---@field cause? string The remote side's own words.
---@field hint? string What to do about it.
---@field related SimulationFailure[] What belongs to it: the other branches' failures, findings.

---@class (exact) SimulationStep
---@field status "started"|"retrying"|"succeeded"|"failed" Its status.
---@field outcome? "executed"|"read"|"already_so"|"resolved" How its success came about.
---@field attempts integer The number of attempts.
---@field host? string The host that it is about.
---@field result any What it returned.
---@field failure? SimulationFailure Why it failed.
---@field commands string[] The commands of the documented procedure, each with its host.
---@field output string[] What commands printed.

---@class (exact) SimulationResult
---@field status "succeeded"|"failed"|"findings"|"refused"|"interrupted"|"waiting"|"died" How the execution ended.
---@field failure? SimulationFailure Why it did not succeed.
---@field steps table<string, SimulationStep> The steps of the run by their paths.
---@field order string[] The paths in the order in which the steps began first.
---@field messages string[] What the runbook said.
---@field notes { title: string, items: string[] }[] What it left to do.
---@field tables { title: string, headings: string[], rows: string[][] }[] The tables that it showed.
---@field moments string[] The moments at which this execution could have died.
---@field effects string[] Those of them just before and just after a change.

--- Registers a test. Only while the file is loaded.
---@param name string What it shows.
---@param fn fun() Fails when it raises an error.
function test(name, fn) end
