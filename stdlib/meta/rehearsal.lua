---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- Simulated worlds for tests, and runs of runbooks in them. Only files of tests have it.
---@class rehearsal
rehearsal = {}

---@class (exact) rehearsal.world.options
---@field inventory any the inventory: a file beside the test, or a table with what would be in it
---@field world? any the world file, or a table with what would be in it
---@field seed? integer what chances and IDs are made of

--- Makes a simulated world, in which the test goes on. The one before is gone.
--- Computes only: allowed anywhere.
---@param options rehearsal.world.options what it is made of
function rehearsal.world(options) end

---@class (exact) rehearsal.run.options.faults
---@field step? string the step's path; any where it is left out
---@field primitive? string what fails, for example swarm.join; any where it is left out
---@field message string what went wrong
---@field times? integer how often it fails (default: 1)
---@field retryable? boolean whether trying again may help (default: false)
---@field after? boolean whether it was carried out all the same (default: false)

---@class (exact) rehearsal.run.options
---@field params? table<string, any> the runbook's parameters
---@field approve? boolean the answer to the runbook's questions (default: true)
---@field answers? table<string, boolean> the answers to single questions, by their texts
---@field settle? "done"|"retry"|"fail" what became of steps in doubt, as a person would say
---@field die_at? string the moment at which the process dies: one of a result's `moments`
---@field faults? rehearsal.run.options.faults[] what goes wrong

--- Runs a runbook in the world, to its end or to where it stops.
--- Computes only: allowed anywhere.
---@param runbook string the runbook: a file beside the test, or a name as for `runbook run`
---@param options? rehearsal.run.options named options
---@return RehearsalResult result What became of the run.
function rehearsal.run(runbook, options) end

---@class (exact) rehearsal.resume.options.faults
---@field step? string the step's path; any where it is left out
---@field primitive? string what fails, for example swarm.join; any where it is left out
---@field message string what went wrong
---@field times? integer how often it fails (default: 1)
---@field retryable? boolean whether trying again may help (default: false)
---@field after? boolean whether it was carried out all the same (default: false)

---@class (exact) rehearsal.resume.options
---@field approve? boolean the answer to the runbook's questions (default: true)
---@field answers? table<string, boolean> the answers to single questions, by their texts
---@field settle? "done"|"retry"|"fail" what became of steps in doubt, as a person would say
---@field die_at? string the moment at which the process dies: one of a result's `moments`
---@field faults? rehearsal.resume.options.faults[] what goes wrong

--- Resumes the run, as a new process.
--- Computes only: allowed anywhere.
---@param options? rehearsal.resume.options named options
---@return RehearsalResult result What became of the run.
function rehearsal.resume(options) end

---@class (exact) rehearsal.rollback.options.faults
---@field step? string the step's path; any where it is left out
---@field primitive? string what fails, for example swarm.join; any where it is left out
---@field message string what went wrong
---@field times? integer how often it fails (default: 1)
---@field retryable? boolean whether trying again may help (default: false)
---@field after? boolean whether it was carried out all the same (default: false)

---@class (exact) rehearsal.rollback.options
---@field approve? boolean the answer to the runbook's questions (default: true)
---@field answers? table<string, boolean> the answers to single questions, by their texts
---@field settle? "done"|"retry"|"fail" what became of steps in doubt, as a person would say
---@field die_at? string the moment at which the process dies: one of a result's `moments`
---@field faults? rehearsal.rollback.options.faults[] what goes wrong

--- Undoes what the run has done.
--- Computes only: allowed anywhere.
---@param options? rehearsal.rollback.options named options
---@return RehearsalResult result What became of the run.
function rehearsal.rollback(options) end

--- What was sent to a host that may have changed it: `POST /swarm/join`, or a command, in order.
--- Computes only: allowed anywhere.
---@param host Host|string the host
---@return string[] result The calls and commands.
function rehearsal.calls(host) end

--- Lets the world's time be later at once.
--- Computes only: allowed anywhere.
---@param time Duration how much later
function rehearsal.jump(time) end

--- Switches a host off, or on.
--- Computes only: allowed anywhere.
---@param host Host|string the host
---@param on boolean whether it is to be on
function rehearsal.power(host, on) end

--- Ends a host's Docker engine, or starts it.
--- Computes only: allowed anywhere.
---@param host Host|string the host
---@param running boolean whether it is to run
function rehearsal.engine(host, running) end

--- Gives the path of a file on this machine, in a folder of this test alone, which is removed when the test ends.
--- Computes only: allowed anywhere.
---@param name string the file's name
---@param contents? string what is written into it; no file is made where it is left out
---@return string result The absolute path.
function rehearsal.file_here(name, contents) end

--- The text of a secret, to compare it: in a simulated world it protects nothing.
--- Computes only: allowed anywhere.
---@param secret Secret|string the secret
---@return string result Its text.
function rehearsal.reveal(secret) end

---@class (exact) RehearsalFailure
---@field code string What kind of failure it is.
---@field message string What happened.
---@field host? string On which host.
---@field step? string At which step.
---@field cause? string The remote side's own words.
---@field hint? string What to do about it.
---@field related RehearsalFailure[] What belongs to it: the other branches' failures, findings.

---@class (exact) RehearsalStep
---@field status "started"|"retrying"|"succeeded"|"failed" How it stands.
---@field outcome? "executed"|"read"|"already_so"|"resolved" How its success came about.
---@field attempts integer The number of attempts.
---@field host? string The host that it is about.
---@field result any What it returned.
---@field failure? RehearsalFailure Why it failed.
---@field commands string[] The commands of the documented procedure, each with its host.
---@field output string[] What commands printed.

---@class (exact) RehearsalResult
---@field status "succeeded"|"failed"|"findings"|"refused"|"interrupted"|"waiting"|"died" How the execution ended.
---@field failure? RehearsalFailure Why it did not succeed.
---@field steps table<string, RehearsalStep> The steps of the run by their paths.
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
