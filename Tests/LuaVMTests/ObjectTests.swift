import LuaVM
import TestSupport
import Testing
import Values

@Suite("Objects", .usualTimeLimit)
struct ObjectTests {
  private func lua() async throws -> LuaRuntime {
    let lua = try await makeLua()
    let host = LuaHostFunction("host") { call in
      let name = call.arguments.first?.stringValue ?? "?"
      return .returns([
        .object(
          LuaObject(
            typeName: "host", identity: name, text: "host \(name)", payload: name,
            fields: ["name": .string(name), "address": "10.0.0.1", "services": .list(["policy", "admin"])]))
      ])
    }
    try await lua.setGlobal("host", .function(host))
    try await lua.setGlobal(
      "secret",
      .value(
        .object(
          LuaObject(
            typeName: "secret", identity: nil, text: "‹secret›", payload: 1,
            behavior: .hidden(hint: "pass it to the function that needs it")))))
    try await lua.setGlobal(
      "unknown",
      .value(.object(LuaObject(typeName: "result", identity: nil, text: "‹later›", payload: 1, behavior: .absorbing))))
    return lua
  }

  @Test("fields are read, tostring gives the text")
  func fields() async throws {
    let lua = try await lua()
    let values = try await lua.run("local h = host('da1') return h.name, tostring(h), h.services[2], type(h)")
    #expect(values.map(\.stringValue) == ["da1", "host da1", "admin", "userdata"])
  }

  @Test("an unknown field is an error that names it, the known ones and the nearest")
  func unknownField() async throws {
    let lua = try await lua()
    let error = try await luaError(lua, "return host('da1').adress")
    let failure = error.underlying as? Failure
    #expect(failure?.code == .luaUnknownField)
    #expect(failure?.message.contains("host has no field \"adress\"") == true)
    #expect(failure?.hint?.contains("did you mean \"address\"?") == true)
    #expect(failure?.hint?.contains("address, name, services") == true)
    #expect(error.location?.line == 1)
    await #expect(throws: LuaError.self) { try await lua.run("return host('da1')[1]") }
    let assigned = try await luaError(lua, "host('da1').name = 'x'").underlying as? Failure
    #expect(assigned?.code == .luaReadOnly)
  }

  @Test("objects of one identity are one value for scripts, and come back to Swift")
  func identity() async throws {
    let lua = try await lua()
    let values = try await lua.run(
      """
      local seen = { [host('da1')] = 1 }
      return host('da1') == host('da1'), host('da1') == host('da2'), seen[host('da1')], seen[host('da2')],
        echo(host('da1')) == host('da1'), echo(secret) == secret, host('da1')
      """)
    #expect(values[0].boolValue == true)
    #expect(values[1].boolValue == false)
    #expect(values[2].integerValue == 1)
    #expect(values[3].isNil)
    #expect(values[4].boolValue == true)
    #expect(values[5].boolValue == true)
    #expect(values[6].objectValue?.payload as? String == "da1")
  }

  @Test(
    "every use of a secret is an error with the hint, and none shows more than the placeholder",
    arguments: [
      "return 'x' .. secret", "return secret .. 'x'", "return secret.text", "return secret[1]", "return #secret",
      "return secret + 1", "return 1 + secret", "return -secret", "return secret < secret", "return secret()",
      "return secret:upper()", "secret.x = 1", "return string.upper(secret)", "return ('x'):rep(secret)",
      "for _ in pairs(secret) do end",
    ])
  func hidden(_ source: String) async throws {
    let lua = try await lua()
    let error = try await luaError(lua, source)
    let hint = (error.underlying as? Failure)?.hint ?? error.message
    #expect(hint.contains("pass it to the function that needs it"))
    #expect(try await lua.run("return tostring(secret)").first?.stringValue == "‹secret›")
  }

  @Test(
    "what is not known yet takes every use",
    arguments: [
      "return unknown.a.b.c == unknown", "return unknown() == unknown", "return unknown:name(1) == unknown",
      "return unknown + 1 == unknown", "return 1 - unknown == unknown", "return 'x' .. unknown == unknown",
      "return unknown .. 'x' == unknown", "return -unknown == unknown", "return unknown[1] == nil",
      "return #unknown == 0", "return not (unknown < unknown) and not (unknown <= 1)",
      "for _ in pairs(unknown) do return false end return true",
      "for _ in ipairs(unknown) do return false end return true",
      "for _ in unknown.lines do return false end return true", "return tostring(unknown) == '‹later›'",
      "unknown.x = 1 return true", "return unknown ~= nil and unknown ~= 1",
    ])
  func absorbing(_ source: String) async throws {
    let lua = try await lua()
    #expect(try await lua.run(source).first?.boolValue == true)
  }

  @Test("scripts get at no metatable of ours")
  func metatables() async throws {
    let lua = try await lua()
    let values = try await lua.run(
      "local ok, e = pcall(fail) "
        + "return type(getmetatable(secret)), type(getmetatable(host('x'))), type(getmetatable(e))")
    #expect(values.map(\.stringValue) == ["string", "string", "string"])
  }

  @Test("errors and coroutines pass through host functions as themselves")
  func passing() async throws {
    let lua = try await lua()
    let values = try await lua.run(
      "local ok, e = pcall(fail) local co = coroutine.create(echo) return echo(e) == e, echo(co) == co, echo(echo) == echo"
    )
    #expect(values.map(\.boolValue) == [true, true, true])
  }
}
