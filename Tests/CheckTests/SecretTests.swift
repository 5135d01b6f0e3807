import Check
import TestSupport
import Testing

@Suite("Secrets where text is shown", .usualTimeLimit)
struct SecretTests {
  private static let begin = """
    local token = step('t', function() return swarm.join_token(run.inventory.manager, 'worker') end)

    """

  @Test(
    "they are found through steps and variables",
    arguments: [
      ("log.info(token)", ["2: secret-in-log"]),
      ("log.info('it is ' .. token)", ["2: secret-in-text"]),
      ("log.info('it is ' .. tostring(token))", ["2: secret-in-log"]),
      ("log.info(('%s'):format(token))", ["2: secret-in-log"]),
      ("print(token)", ["2: secret-in-log"]),
      ("note('n', { token })", ["2: secret-in-log"]),
      ("step('s ' .. token, function() end)", ["2: secret-in-text"]),
      ("log.info(secret('x'))", ["2: secret-in-log", "2: secret-in-source"]),
      (
        "step('j', function() swarm.join(run.inventory.workers[1], { manager = run.inventory.manager, token = token }) end)",
        []
      ),
    ])
  func shown(_ body: String, _ expected: [String]) throws {
    #expect(try found(in: Self.begin + body).filter { $0.contains("secret") } == expected)
  }

  @Test("a parameter of type secret is one")
  func parameters() throws {
    let findings = try look(
      at: "return runbook { params = { key = { type = 'secret' } }, function(run) log.info(run.params.key) end }")
    #expect(findings.map(\.rule.id) == ["secret-in-log"])
  }
}
