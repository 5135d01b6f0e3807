import CLua
import Synchronization

/// Which lines were executed, of all states that report them when they are closed.
package final class LineCoverage: Sendable {
  private let executed = Mutex<[String: Set<Int>]>([:])

  /// Knows of no line.
  package init() {}

  /// The numbers of the executed lines, counted from 1, by the names of the files as errors give them.
  package var lines: [String: Set<Int>] { executed.withLock { $0 } }

  /// Takes in what a state has executed.
  func add(_ control: LuaControl) {
    let found = Found()
    lvm_each_line(control.state, Unmanaged.passUnretained(found).toOpaque()) { context, name, line in
      let found = Unmanaged<Found>.fromOpaque(context).takeUnretainedValue()
      // Lua marks with it that a chunk comes from a file.
      let name = String(cString: name)
      found.lines[name.hasPrefix("@") ? String(name.dropFirst()) : name, default: []].insert(Int(line))
    }
    let lines = found.lines
    executed.withLock { $0.merge(lines) { $0.union($1) } }
  }

  private final class Found {
    var lines: [String: Set<Int>] = [:]
  }
}
