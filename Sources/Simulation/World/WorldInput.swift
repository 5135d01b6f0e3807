import Foundation
import Remote
import SwarmModel
import Values

/// Something that changed a simulated world from outside: what its log holds, and what makes it the same world again.
enum WorldInput: Sendable {
  case call(SimulatedRequest)
  case command(RemoteCommand)
  case authority(ModelAuthority)
  case engine(isRunning: Bool)
  case crash(seconds: Double)
  case power(isOn: Bool)
  case jump(seconds: Double)
  /// A fault that has struck changes nothing by itself; calls are counted on from it.
  case struck(WorldFault.Call, WorldFault.Numbers)

  /// One line of the log.
  func line(host: String, at time: Double) throws -> String {
    var members: [String: Value] = ["at": .number(time), "host": .string(host)]
    switch self {
    case .call(let question):
      members["call"] = [
        "method": .string(question.method), "path": .array(question.path.map { .string($0) }),
        "query": .object(question.query.mapValues { .string($0) }), "body": Self.base64(question.body),
      ]
    case .command(let command):
      // Scripts are long, and constants.
      if let (script, arguments) = KnownScript.recognise(command) {
        members["script"] = [
          "name": .string(script.rawValue), "arguments": .array(arguments.map { .string($0) }),
          "sudo": .bool(command.sudo), "stdin": Self.base64(command.stdin),
        ]
        break
      }
      members["command"] = [
        "argv": .array(command.argv.map { .string($0) }), "directory": command.directory.map { .string($0) } ?? .null,
        "environment": .object(command.environment.mapValues { .string($0) }), "sudo": .bool(command.sudo),
        "stdin": Self.base64(command.stdin),
      ]
    case .authority(let authority):
      members["authority"] = ["certificate": .string(authority.certificate), "key": .string(authority.key)]
    case .engine(let isRunning): members["engine"] = .bool(isRunning)
    case .crash(let seconds): members["crash"] = .number(seconds)
    case .power(let isOn): members["power"] = .bool(isOn)
    case .jump(let seconds): members["jump"] = .number(seconds)
    case .struck(let call, let numbers):
      members["struck"] = [
        "shape": .string(call.shape), "words": .string(call.words), "number": .integer(Int64(numbers.shape)),
        "own_number": .integer(Int64(numbers.words)),
      ]
    }
    return try JSON.encode(.object(members), secrets: .refused)
  }

  /// Reads a line; `nil` for one that was cut off.
  static func read(_ line: some StringProtocol) -> (host: String, time: Double, input: WorldInput)? {
    guard let json = try? JSON.decode(String(line)), let host = json["host"]?.stringValue, let time = json["at"]?.double
    else { return nil }
    let input: WorldInput
    if let call = json["call"] {
      input = .call(
        SimulatedRequest(
          method: call["method"]?.stringValue ?? "",
          path: (call["path"]?.arrayValue ?? []).compactMap(\.stringValue),
          query: (call["query"]?.objectValue ?? [:]).compactMapValues(\.stringValue), body: bytes(call["body"])))
    } else if let given = json["script"], let script = script(named: given["name"]?.stringValue ?? "") {
      input = .command(
        script.command(
          (given["arguments"]?.arrayValue ?? []).compactMap(\.stringValue), stdin: bytes(given["stdin"]),
          sudo: given["sudo"]?.boolValue ?? false))
    } else if let given = json["command"] {
      input = .command(
        RemoteCommand(
          (given["argv"]?.arrayValue ?? []).compactMap(\.stringValue), directory: given["directory"]?.stringValue,
          environment: (given["environment"]?.objectValue ?? [:]).compactMapValues(\.stringValue),
          sudo: given["sudo"]?.boolValue ?? false, stdin: bytes(given["stdin"])))
    } else if let authority = json["authority"] {
      input = .authority(
        ModelAuthority(
          certificate: authority["certificate"]?.stringValue ?? "", key: authority["key"]?.stringValue ?? ""))
    } else if let isRunning = json["engine"]?.boolValue {
      input = .engine(isRunning: isRunning)
    } else if let seconds = json["crash"]?.double {
      input = .crash(seconds: seconds)
    } else if let isOn = json["power"]?.boolValue {
      input = .power(isOn: isOn)
    } else if let seconds = json["jump"]?.double {
      input = .jump(seconds: seconds)
    } else if let struck = json["struck"] {
      input = .struck(
        .init(shape: struck["shape"]?.stringValue ?? "", words: struck["words"]?.stringValue ?? ""),
        .init(
          shape: Int(struck["number"]?.integerValue ?? 0), words: Int(struck["own_number"]?.integerValue ?? 0)))
    } else {
      return nil
    }
    return (host, time, input)
  }

  /// Worlds that were kept by versions before 0.5.0 name the scripts of locks otherwise.
  private static func script(named name: String) -> KnownScript? {
    KnownScript(rawValue: name) ?? KnownScript(rawValue: name.replacing("Lease", with: "Lock"))
  }

  private static func base64(_ bytes: [UInt8]) -> Value { .string(Data(bytes).base64EncodedString()) }
  private static func bytes(_ value: Value?) -> [UInt8] {
    Array(Data(base64Encoded: value?.stringValue ?? "") ?? Data())
  }
}

extension Value {
  /// The number, whole or not.
  var double: Double? {
    switch self {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }
}
