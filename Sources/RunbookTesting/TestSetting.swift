import Engine
import LuaVM

/// How tests are executed.
public struct TestSetting: Sendable {
  /// Finds a runbook by the name that a test in that folder gives it: an absolute path.
  public var findRunbook: @Sendable (_ name: String, _ folder: String) throws -> String
  /// Where `require` looks, after the test's own folder.
  public var modulePath: ModulePath
  /// Files below this folder are named relative to it.
  public var folder: String
  /// Only cases whose name, or file, has this in it; all if left out.
  public var filter: String?
  /// How many seconds one case may take.
  public var timeLimit: Double
  /// Gets the lines of Lua that were executed, by runs and by the tests themselves; `nil` if they are not recorded.
  public var coverage: LineCoverage?

  /// Describes how.
  public init(
    modulePath: ModulePath, folder: String, filter: String? = nil, timeLimit: Double = 300,
    findRunbook: @escaping @Sendable (_ name: String, _ folder: String) throws -> String
  ) {
    self.findRunbook = findRunbook
    self.modulePath = modulePath
    self.folder = folder
    self.filter = filter
    self.timeLimit = timeLimit
  }
}
