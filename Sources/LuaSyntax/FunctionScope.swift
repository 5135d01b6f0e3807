/// What is known about a function while it is read: its blocks, its visible variables, its labels and pending jumps.
struct FunctionScope {
  struct Visible {
    var name: String
    var variable: Int
  }

  /// A block, with how much there was when it began.
  struct Level {
    var active: Int
    var labels: Int
    var jumps: Int
    var isLoop: Bool
  }

  struct Label {
    var name: String
    var active: Int
  }

  struct Jump {
    /// The label's name; `nil` for `break`.
    var name: String?
    var active: Int
    var range: SourceRange
  }

  let isVariadic: Bool
  /// The variables in sight; a loop's hidden ones have an empty name.
  var active: [Visible] = []
  /// How many variables were declared and are not in sight yet.
  var pending = 0
  var levels: [Level] = []
  var labels: [Label] = []
  var jumps: [Jump] = []

  mutating func enter(isLoop: Bool = false) {
    levels.append(Level(active: active.count, labels: labels.count, jumps: jumps.count, isLoop: isLoop))
  }

  /// Ends a block. Jumps out of it continue looking in the next outer one.
  mutating func leave() throws(LuaSyntaxError) {
    let level = levels.removeLast()
    active.removeLast(active.count - level.active)
    if level.isLoop {
      for index in jumps.indices.dropFirst(level.jumps).reversed() where jumps[index].name == nil {
        jumps.remove(at: index)
      }
    }
    labels.removeLast(labels.count - level.labels)
    for index in jumps.indices.dropFirst(level.jumps) { jumps[index].active = level.active }
    guard levels.isEmpty, let jump = jumps.first else { return }
    if let name = jump.name { throw LuaSyntaxError("there is no label '\(name)' visible to this goto", jump.range) }
    throw LuaSyntaxError("this break is not in a loop", jump.range)
  }

  mutating func jump(to name: String?, _ range: SourceRange) {
    if let name, labels.contains(where: { $0.name == name }) { return }
    jumps.append(Jump(name: name, active: active.count, range: range))
  }

  /// Sets a label. `isLast`: nothing follows in its block, so that the block's variables count as gone.
  mutating func label(_ name: String, isLast: Bool, _ range: SourceRange) throws(LuaSyntaxError) {
    if labels.contains(where: { $0.name == name }) {
      throw LuaSyntaxError("there is a label '\(name)' already", range)
    }
    let level = levels[levels.count - 1]
    let count = isLast ? level.active : active.count
    labels.append(Label(name: name, active: count))
    for index in jumps.indices.dropFirst(level.jumps).reversed() where jumps[index].name == name {
      let jump = jumps.remove(at: index)
      guard jump.active < count else { continue }
      throw LuaSyntaxError(
        "this goto '\(name)' jumps into the scope of the local variable '\(active[jump.active].name)'", jump.range)
    }
  }
}
