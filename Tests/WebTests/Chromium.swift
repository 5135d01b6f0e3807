import Foundation
import Glibc
import Subprocess
import TestSupport
import Values

/// A real browser without a window, driven by its DevTools protocol over a pipe.
actor Chromium {
  /// Whether the tests with a browser can run; in CI they must.
  static let isThere =
    ProcessInfo.processInfo.environment["CI"] == "true"
    || FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium")

  struct Problem: Error { var words: String }

  private let commands: FileHandle
  private let answers: AsyncStream<Data>
  private var session: String?
  private var count = 0
  /// What the page complained of: exceptions, errors in the console, things that were refused.
  private(set) var complaints: [String] = []

  private init(commands: FileHandle, answers: AsyncStream<Data>) {
    self.commands = commands
    self.answers = answers
  }

  /// Starts a browser with an empty page, and ends it after the work.
  static func run(_ work: @Sendable (Chromium) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "chromium-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (into, out) = (folder.path + "/commands", folder.path + "/answers")
    guard mkfifo(into, 0o600) == 0, mkfifo(out, 0o600) == 0 else { throw Problem(words: "mkfifo") }
    // Opened for both, so that neither end waits for the other one.
    guard let commands = FileHandle(forUpdatingAtPath: into), let answers = FileHandle(forUpdatingAtPath: out) else {
      throw Problem(words: "the pipes can't be opened")
    }
    let script =
      "exec chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --remote-debugging-pipe "
      + "--user-data-dir=\"$0/profile\" 3<\"$0/commands\" 4>\"$0/answers\""
    _ = try await Subprocess.run(
      .name("sh"), arguments: ["-c", script, folder.path], input: .none, output: .discarded, error: .discarded
    ) { execution in
      do {
        let browser = Chromium(commands: commands, answers: messages(of: answers))
        try await browser.begin()
        try await work(browser)
        _ = try await browser.call("Browser.close", isOfBrowser: true)
      } catch {
        try? execution.send(signal: .kill)
        throw error
      }
    }
    try? commands.close()
    // Wakes the reader, which ends.
    try? answers.write(contentsOf: Data([0]))
  }

  /// The messages of the browser, each ended by a zero; read on a thread of its own until an empty one.
  private static func messages(of handle: FileHandle) -> AsyncStream<Data> {
    AsyncStream { continuation in
      let thread = Thread {
        var rest = Data()
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
          // Whatever is there: FileHandle would wait until all of it is.
          let count = read(handle.fileDescriptor, &bytes, bytes.count)
          guard count > 0 else { return continuation.finish() }
          rest += bytes[..<count]
          while let end = rest.firstIndex(of: 0) {
            let message = Data(rest[rest.startIndex..<end])
            rest = Data(rest[(end + 1)...])
            if message.isEmpty { return continuation.finish() }
            continuation.yield(message)
          }
        }
      }
      thread.name = "browser"
      thread.start()
    }
  }

  private func begin() async throws {
    let target = try await call("Target.createTarget", ["url": "about:blank"], isOfBrowser: true)
    let attached = try await call(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? .null, "flatten": true], isOfBrowser: true)
    session = attached["sessionId"]?.stringValue
    for domain in ["Page", "Runtime", "Log"] { _ = try await call("\(domain).enable") }
  }

  private func call(_ method: String, _ parameters: Value = [:], isOfBrowser: Bool = false) async throws -> Value {
    count += 1
    let number = Int64(count)
    var command: [String: Value] = ["id": .integer(number), "method": .string(method), "params": parameters]
    if !isOfBrowser, let session { command["sessionId"] = .string(session) }
    let text = try JSON.encode(.object(command), secrets: .hidden)
    try commands.write(contentsOf: Data(text.utf8) + [0])
    for await data in answers {
      let message = try JSON.decode(String(decoding: data, as: UTF8.self))
      if message["id"] == .integer(number) {
        if let error = message["error"] { throw Problem(words: "\(method): \(error)") }
        return message["result"] ?? [:]
      }
      note(message)
    }
    throw Problem(words: "the browser is gone")
  }

  private func note(_ message: Value) {
    let parameters = message["params"] ?? [:]
    switch message["method"]?.stringValue {
    case "Runtime.exceptionThrown": complaints.append("\(parameters)")
    case "Runtime.consoleAPICalled" where parameters["type"] == "error": complaints.append("\(parameters)")
    case "Log.entryAdded" where parameters["entry"]?["level"] == "error": complaints.append("\(parameters)")
    default: break
    }
  }

  /// Opens a page.
  func open(_ address: String) async throws { _ = try await call("Page.navigate", ["url": .string(address)]) }

  /// The value of a JavaScript expression.
  func value(_ expression: String) async throws -> Value {
    let answer = try await call(
      "Runtime.evaluate", ["expression": .string(expression), "returnByValue": true, "awaitPromise": true])
    if let problem = answer["exceptionDetails"] { throw Problem(words: "\(expression): \(problem)") }
    return answer["result"]?["value"] ?? .null
  }

  /// Returns when the expression is true; while the page is being loaded it is not.
  func until(_ expression: String) async throws {
    try await eventually(expression, every: .milliseconds(50)) {
      try await value("(() => { try { return !!(\(expression)) } catch { return false } })()") == true
    }
  }

  /// Presses a key: `Tab` or `Enter`.
  func press(_ key: String) async throws {
    var press: [String: Value] = [
      "type": "keyDown", "key": .string(key), "code": .string(key), "windowsVirtualKeyCode": key == "Tab" ? 9 : 13,
    ]
    if key == "Enter" { press["text"] = "\r" }
    _ = try await call("Input.dispatchKeyEvent", .object(press))
    press["type"] = "keyUp"
    press["text"] = nil
    _ = try await call("Input.dispatchKeyEvent", .object(press))
  }

  /// Presses Tab until the element of that ID has the focus.
  func tab(to id: String) async throws {
    for _ in 0..<30 {
      if try await value("document.activeElement.id") == .string(id) { return }
      try await press("Tab")
    }
    throw Problem(words: "Tab does not come to \(id)")
  }
}
