/// How much of a tree is shown.
struct TreeDetail: Sendable, Hashable {
  /// Lines of a running step's output.
  var output = 3
  /// Whether that of steps that are done is shown too.
  var showsOutputOfDone = false
  /// Whether finished scopes are one line each.
  var foldsFinishedScopes = false
  /// Whether neighbouring finished steps and scopes are one line together.
  var foldsFinishedSteps = false
  /// Whether an unfinished branch of a crowd is one line.
  var flattensCrowds = false
  /// Whether the branches of a crowd are shown by step instead of by branch.
  var transposesCrowds = false
  /// How many single branches of a crowd are named per step.
  var named = Int.max
  /// How many of the runbook's messages are shown.
  var messages = 5

  /// From everything to the least; the first that fits is taken.
  /// - Parameter isVerbose: whether as much output is shown as there is room for.
  static func steps(rows: Int, isVerbose: Bool = false) -> [TreeDetail] {
    var detail = TreeDetail()
    var steps: [TreeDetail] = []
    if isVerbose {
      detail.showsOutputOfDone = true
      for count in [Int.max, 20, 6] {
        detail.output = count
        steps.append(detail)
      }
      detail.showsOutputOfDone = false
      detail.output = max(6, rows / 3)
      steps.append(detail)
      detail.output = 3
    }
    steps.append(detail)
    detail.output = 1
    detail.messages = 2
    steps.append(detail)
    detail.output = 3
    detail.foldsFinishedScopes = true
    steps.append(detail)
    detail.output = 1
    steps.append(detail)
    detail.foldsFinishedSteps = true
    steps.append(detail)
    detail.output = 0
    detail.messages = 1
    steps.append(detail)
    detail.flattensCrowds = true
    steps.append(detail)
    detail.transposesCrowds = true
    for named in [max(1, rows / 2), max(1, rows / 4), 3, 1, 0] {
      detail.named = named
      detail.messages = named > 1 ? 1 : 0
      steps.append(detail)
    }
    return steps
  }
}
