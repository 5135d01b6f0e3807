import LuaVM
import Values

extension Builtins {
  /// `json.encode(value, [{ pretty = true }])` and `json.decode(text)`
  var json: [String: LuaItem] {
    ["json": .table(["encode": .function(encode), "decode": .function(decode)], name: "json", missing: nil)]
  }

  private var encode: LuaHostFunction {
    function("json.encode") { call in
      let given = try call.arguments.map { try call.snapshot($0) }
      let checked = try ArgumentCheck(function: "json.encode", conversion: session.conversion).check(
        given, against: BuiltinList.named("json.encode").parameters)
      if let unknown = checked.unknown { return .returns([.object(unknown.object)]) }
      do {
        return .returns([
          .string(
            try JSON.encode(
              checked.arguments["value"] ?? .null, secrets: .refused,
              isPretty: checked.arguments.record("options").flag("pretty")))
        ])
      } catch let error as EncodingError {
        guard case .invalidValue(let what, _) = error else { throw error }
        throw Failure(.argument, "json.encode: JSON can't hold \(what)")
      }
    }
  }

  private var decode: LuaHostFunction {
    function("json.decode") { call in
      if case .object(let object)? = call.arguments.first, object.payload is Unknown {
        return .returns([call.arguments[0]])
      }
      let text = try text(call, 0, "json.decode", "the text")
      do { return .returns([session.conversion.lua(try JSON.decode(text))]) } catch {
        throw Failure(.argument, "json.decode: the text is not JSON", cause: String(describing: error))
      }
    }
  }
}
