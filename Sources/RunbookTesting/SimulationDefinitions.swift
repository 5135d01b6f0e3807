import Engine
import HostModules
import LuaVM

/// What test files have besides the host modules, for the checker and for editors.
package enum SimulationDefinitions {
  /// The module `simulation`; only its description is used.
  package static var module: HostModule {
    let setting = TestSetting(modulePath: ModulePath(folders: []), folder: "/") { name, _ in name }
    return SimulationModule(stage: TestStage(setting: setting, folder: "/")).module
  }

  /// The definitions for the Lua language server: `stdlib/meta/simulation.lua`.
  package static var text: String { (Definitions.write([module])["simulation.lua"] ?? "") + "\n" + rest }

  private static let rest = """
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

    """
}
