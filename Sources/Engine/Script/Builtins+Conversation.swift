import LuaVM
import Values

extension Builtins {
  /// `approve(message)`
  var approve: LuaHostFunction {
    function("approve") { call in
      let scope = try betweenSteps("approve")
      let message = try text(call, 0, "approve", "the question")
      try checkName(message, "approve", "the question", mayHaveLines: true)
      try scope.claim("approve: \(message)", .approval, at: call.location())
      let driver = session.driver
      return .awaits {
        try await driver.approve(message, in: scope)
        return []
      }
    }
  }

  /// `note(title, items)`
  var note: LuaHostFunction {
    function("note") { call in
      let scope = try currentScope("note")
      let given = try call.arguments.map { try call.snapshot($0) }
      let checked = try ArgumentCheck(function: "note", conversion: session.conversion).check(
        given, against: BuiltinList.named("note").parameters
      ).arguments
      let driver = session.driver
      return .awaits {
        try await driver.note(title: checked.string("title"), items: checked.strings("items"), in: scope)
        return []
      }
    }
  }

  /// `show_table(title, headings, rows)`
  var showTable: LuaHostFunction {
    function("show_table") { call in
      let scope = try currentScope("show_table")
      let given = try call.arguments.map { try call.snapshot($0) }
      let checked = try ArgumentCheck(function: "show_table", conversion: session.conversion).check(
        given, against: BuiltinList.named("show_table").parameters
      )
      guard checked.unknown == nil else { return .returns([]) }
      let arguments = checked.arguments, headings = arguments.strings("headings")
      let rows = (arguments["rows"]?.arrayValue ?? []).map { ($0.arrayValue ?? []).compactMap(\.stringValue) }
      if let odd = rows.firstIndex(where: { $0.count != headings.count }) {
        throw Failure(
          .argument, "show_table: row \(odd + 1) has \(rows[odd].count) cells, but there are \(headings.count) headings"
        )
      }
      let driver = session.driver
      return .awaits {
        try await driver.showTable(title: arguments.string("title"), headings: headings, rows: rows, in: scope)
        return []
      }
    }
  }

  /// `log.info(text)`, `log.warn(text)`
  func log(_ level: String) -> LuaHostFunction {
    function("log") { call in
      let scope = try currentScope("log")
      // The output of a command need not be text.
      let text =
        if case .bytes(let bytes)? = call.arguments.first {
          String(decoding: bytes, as: UTF8.self)
        } else {
          try text(call, 0, "log", "the text")
        }
      let driver = session.driver
      // The messages of a walk are not shown. Answered at once, a loop of nothing else is Lua that computes.
      if driver.handsOutUnknowns { return .returns([]) }
      return .awaits {
        try await driver.log(level: level, text, in: scope)
        return []
      }
    }
  }

  /// `print(…)`, which is `log.info` of everything it is given.
  var print: LuaHostFunction {
    function("print") { call in
      let scope = try currentScope("print")
      let text = call.arguments.map(Self.shown).joined(separator: "\t")
      let driver = session.driver
      if driver.handsOutUnknowns { return .returns([]) }
      return .awaits {
        try await driver.log(level: "info", text, in: scope)
        return []
      }
    }
  }

  private static func shown(_ value: LuaValue) -> String {
    switch value {
    case .nil: "nil"
    case .bool(let flag): String(flag)
    case .integer(let number): String(number)
    case .number(let number): String(number)
    case .string(let text): text
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    case .object(let object): object.text
    case .function, .table, .list, .dictionary: value.kindName
    }
  }

  /// `refuse(findings)`
  var refuse: LuaHostFunction {
    function("refuse") { call in
      _ = try betweenSteps("refuse")
      let given = try call.arguments.map { try call.snapshot($0) }
      let checked = try ArgumentCheck(function: "refuse", conversion: session.conversion).check(
        given, against: BuiltinList.named("refuse").parameters)
      guard checked.unknown == nil else { return .returns([]) }
      let findings = Self.findings(checked.arguments, code: .refused)
      let driver = session.driver
      return .awaits {
        try await driver.refuse(findings)
        return []
      }
    }
  }

  /// `conclude(message, findings)`
  var conclude: LuaHostFunction {
    function("conclude") { call in
      _ = try betweenSteps("conclude")
      let given = try call.arguments.map { try call.snapshot($0) }
      let checked = try ArgumentCheck(function: "conclude", conversion: session.conversion).check(
        given, against: BuiltinList.named("conclude").parameters)
      let message = checked.arguments.string("message")
      let findings = Self.findings(checked.arguments, code: .findings)
      let driver = session.driver
      return .awaits {
        try await driver.conclude(message, findings)
        return []
      }
    }
  }

  private static func findings(_ arguments: Arguments, code: FailureCode) -> [Failure] {
    (arguments["findings"]?.arrayValue ?? []).map { value in
      let finding = Arguments(value.objectValue ?? [:])
      return Failure(
        code, finding.string("message"), host: finding.optionalString("host"),
        cause: finding.optionalString("cause"), hint: finding.optionalString("hint"))
    }
  }

  /// `fail { message=, host=, hint= }` or `fail(message)`
  var fail: LuaHostFunction {
    function("fail") { call in
      let given = try call.arguments.map { try call.snapshot($0) }
      switch given.first {
      case .string(let message)?: throw Failure(.runbookFailed, message, host: TaskContext.step?.host)
      case .bytes(let bytes)?:
        throw Failure(.runbookFailed, String(decoding: bytes, as: UTF8.self), host: TaskContext.step?.host)
      default: break
      }
      let checked = try ArgumentCheck(function: "fail", conversion: session.conversion).check(
        given, against: BuiltinList.named("fail").parameters
      ).arguments.record("failure")
      throw Failure(
        .runbookFailed, checked.string("message"), host: checked.optionalString("host") ?? TaskContext.step?.host,
        cause: checked.optionalString("cause"), hint: checked.optionalString("hint"),
        isRetryable: checked.flag("retryable"))
    }
  }

  /// `secret(text)`
  var secret: LuaHostFunction {
    function("secret") { call in
      .returns([.object(session.conversion.object(Secret(try text(call, 0, "secret", "the text"))))])
    }
  }

  private func betweenSteps(_ function: String) throws -> Scope {
    let scope = try currentScope(function)
    guard let frame = TaskContext.step else { return scope }
    throw Failure(
      .nestedStep, "\(function) was called inside the step \"\(frame.path)\"", hint: "call it before or after the step")
  }
}
