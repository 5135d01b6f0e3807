import CLua
import Values

// Where a script is.
extension LuaMachine {
  /// The stack of L as threads, innermost first: L and those that resumed it.
  func chain(from L: OpaquePointer) -> [OpaquePointer] {
    var chain = [L]
    while let outer = lvm_resumer(chain[chain.count - 1]) { chain.append(outer) }
    return chain
  }

  /// The line of the script's frame number `level`, counted from 1.
  func location(in chain: [OpaquePointer], level: Int = 1) -> SourceLocation? {
    var left = level
    for L in chain {
      var frame = lvm_frame()
      var depth: CInt = 0
      while lvm_frame_at(L, depth, &frame) {
        depth += 1
        guard let location = location(of: frame, line: frame.line) else { continue }
        left -= 1
        if left <= 0 { return location }
      }
    }
    return nil
  }

  /// The calls, innermost first, one a line; the middle of a deep stack is left out.
  func traceback(of chain: [OpaquePointer]) -> String {
    chain.map { lines(of: $0).joined(separator: "\n") }.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func lines(of L: OpaquePointer) -> [String] {
    let head: CInt = 14
    let tail: CInt = 8
    var lines: [String] = []
    var level: CInt = 0
    var frame = lvm_frame()
    while lvm_frame_at(L, level, &frame) {
      if level == head {
        let depth = depth(of: L, above: level)
        if depth > head + tail {
          lines.append("... (\(depth - head - tail) more)")
          level = depth - tail
          continue
        }
      }
      lines.append(line(of: frame))
      level += 1
    }
    return lines
  }

  /// How many frames there are, found by halving: each look walks the list.
  private func depth(of L: OpaquePointer, above known: CInt) -> CInt {
    var info = lua_Debug()
    var low = known
    var high = known + 1
    while lua_getstack(L, high, &info) != 0 { (low, high) = (high, high * 2) }
    while high - low > 1 {
      let middle = (low + high) / 2
      if lua_getstack(L, middle, &info) != 0 { low = middle } else { high = middle }
    }
    return high
  }

  private func line(of frame: lvm_frame) -> String {
    if let closure = frame.closure {
      let name = Unmanaged<HostClosure>.fromOpaque(closure).takeUnretainedValue().name
      return "[host]: in function '\(name)'"
    }
    let name = frame.name.map { String(cString: $0) }
    guard frame.is_lua else { return "[C]: in " + (name.map { "function '\($0)'" } ?? "?") }
    let location = location(of: frame, line: frame.line)?.description ?? "?"
    if frame.is_main { return "\(location): in main chunk" }
    return "\(location): in function " + (name.map { "'\($0)'" } ?? "<line \(frame.line_defined)>")
  }

  /// The place of a frame of a script.
  func location(of frame: lvm_frame, line: CInt) -> SourceLocation? {
    guard frame.is_lua, line > 0 || frame.is_main, let source = frame.source else { return nil }
    var file = String(cString: source)
    if file.hasPrefix("@") { file.removeFirst() } else { file = "[string]" }
    return SourceLocation(file: file, line: max(1, Int(line)))
  }

  /// Takes "file:line:" off a message.
  func split(_ message: String) -> (SourceLocation?, String) {
    for (short, file) in chunks where message.hasPrefix(short + ":") {
      if let (line, text) = Self.lineAndText(message.dropFirst(short.count + 1)) {
        return (SourceLocation(file: file, line: line), text)
      }
    }
    if message.hasPrefix("[string \""), let end = message.range(of: "\"]:") {
      if let (line, text) = Self.lineAndText(message[end.upperBound...]) {
        return (SourceLocation(file: "[string]", line: line), text)
      }
    }
    return (nil, message)
  }

  private static func lineAndText(_ rest: Substring) -> (Int, String)? {
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let text = rest.dropFirst(digits.count)
    guard let line = Int(digits), text.hasPrefix(":") else { return nil }
    let message = text.dropFirst()
    return (line, String(message.hasPrefix(" ") ? message.dropFirst() : message))
  }

  /// The C function that keeps L, or one that resumed it, from waiting.
  func obstacle(in chain: [OpaquePointer]) -> String? {
    guard let L = chain.first(where: { lua_isyieldable($0) == 0 }) else { return nil }
    let transparent: Set = ["pcall", "xpcall", "coroutine.resume", "coroutine.wrap", "error"]
    var frame = lvm_frame()
    var level: CInt = L == chain[0] ? 1 : 0
    while lvm_frame_at(L, level, &frame) {
      level += 1
      guard !frame.is_lua, frame.closure == nil, let name = frame.name.map({ String(cString: $0) }) else { continue }
      if !transparent.contains(name) { return name }
    }
    return nil
  }
}
