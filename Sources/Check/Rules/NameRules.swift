import Engine
import LuaSyntax
import Values

/// Names that nothing defines: globals, members of modules and objects, what plain Lua has but a runbook does not.
struct NameRules {
  let program: Program
  let findings: Findings

  func check() {
    let assigned = Set(program.files.flatMap { $0.facts.globalWrites.map(\.name) })
    for (index, file) in program.files.enumerated() {
      var nexts: Set<SourceRange> = []
      for read in file.facts.globalReads where !assigned.contains(read.name) { global(read, file) }
      for use in file.facts.globalWrites {
        let isKnown = program.vocabulary.globals.contains(use.name)
        findings.add(
          .globalAssignment, use.range, in: file,
          isKnown ? "this gives the global \(use.name) another value" : "this makes the global variable \(use.name)",
          hint: isKnown ? "choose another name, and write local before it" : "write local before it")
      }
      for range in file.facts.nextLoops {
        findings.add(
          .nonDeterministic, range, in: file, "next has no fixed order", hint: "use pairs, which has one in a runbook")
      }
      for read in file.facts.members where nexts.insert(read.range).inserted { member(read, index, file) }
    }
  }

  private func global(_ read: FileFacts.GlobalUse, _ file: CheckedFile) {
    let vocabulary = program.vocabulary
    if findings.isFull(file.name) { return }
    if vocabulary.globals.contains(read.name) || AbsentName.tables.contains(read.name) { return }
    if let absent = AbsentName.of(read.name) { return report(absent, read.range, file) }
    // A call of it without an assignment is the usual case, so a near name is probably the intended one.
    let near = Suggestion.closest(to: read.name, among: vocabulary.globals)
    findings.add(
      .unknownGlobal, read.range, in: file, "there is no global \(read.name)",
      hint: near.map { "did you mean \"\($0)\"?" } ?? "write local where it is declared, or require its module")
  }

  private func member(_ read: FileFacts.MemberRead, _ index: Int, _ file: CheckedFile) {
    if let table = program.path(read.base) {
      guard !table.contains(".") else { return }
      if AbsentName.tables.contains(table) || AbsentName.of("\(table).\(read.name)") != nil {
        if let absent = AbsentName.of("\(table).\(read.name)") { report(absent, read.range, file) }
        return
      }
      guard let members = program.vocabulary.tables[table], !members.contains(read.name) else { return }
      if PlainLua.unportable.contains("\(table).\(read.name)") {
        findings.add(
          .unknownField, read.range, in: file, "\(table).\(read.name) is not in every Lua 5.4",
          hint: read.name == "pow" ? "write x ^ y" : "compute it with functions that \(table) has everywhere")
        return
      }
      return unknown("\(table)", "function", read, members, file)
    }
    switch program.type(of: read.base, in: index) {
    case .object(let kind):
      guard let type = ObjectType.all.first(where: { $0.name == kind }) else { return }
      let known = Set(type.fields.map(\.name))
      if !known.contains(read.name) { unknown(file.source.text(read.base.range), "member", read, known, file) }
    case .table(let owner, let variable):
      let facts = program.files[owner].facts
      guard let members = facts.tableMembers[variable], !facts.openTables.contains(variable),
        members[read.name] == nil, isModule(owner, variable), owner != index
      else { return }
      unknown(file.source.text(read.base.range), "member", read, Set(members.keys), file)
    case .unknown, .params, .list, .secret, .function: return
    }
  }

  /// Whether a table is the one that its file returns, so that others do not change it.
  private func isModule(_ file: Int, _ variable: Int) -> Bool {
    if case .name(_, variable)? = program.files[file].facts.result?.kind { true } else { false }
  }

  private func unknown(
    _ owner: String, _ what: String, _ read: FileFacts.MemberRead, _ known: Set<String>, _ file: CheckedFile
  ) {
    if findings.isFull(file.name) { return }
    let renamed = RenamedName.all["\(owner).\(read.name)"]?.split(separator: ".").last.map(String.init)
    findings.add(
      .unknownField, read.range, in: file, "there is no \(what) \(owner).\(read.name)",
      hint: RenamedName.hint(for: "\(owner).\(read.name)") ?? Suggestion.hint(for: read.name, among: known),
      fix: (renamed ?? NearName.only(read.name, among: known)).map { Finding.Fix(range: read.range, text: $0) })
  }

  private func report(_ absent: AbsentName, _ range: SourceRange, _ file: CheckedFile) {
    let differs = ["os.time", "os.date", "os.clock", "os.getenv", "os.tmpname", "math.random", "math.randomseed"]
    findings.add(
      differs.contains(absent.name) ? .nonDeterministic : .notAvailable, range, in: file,
      "\(absent.name) is not available in a runbook", hint: absent.hint)
  }
}
