import DockerEngine
import Glibc
import TestSupport
import Testing
import Values

@Suite("Exchanges with an engine", .usualTimeLimit)
struct ExchangeTests {
  @Test("a kept connection is used again")
  func reuse() async throws {
    let engine = ScriptedEngine { _ in .json("{}") }
    let client = engine.client()
    for _ in 0..<20 { _ = try await client.info() }
    #expect(engine.connections == 1)
    #expect(engine.requests.count == 20)
    client.close()
  }

  @Test("a chunked answer is put together")
  func chunked() async throws {
    let engine = ScriptedEngine { _ in
      .answer(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "7\r\n{\"Name\"\r\n1\r\n:\r\n6\r\n\"da1\"}\r\n0\r\n\r\n")
    }
    let client = engine.client()
    #expect(try await client.info().name == "da1")
    #expect(try await client.info().name == "da1")
    #expect(engine.connections == 1)
    client.close()
  }

  @Test("an answer that says it is the last is followed by a new connection")
  func connectionClose() async throws {
    let engine = ScriptedEngine { _ in
      .answerThenClose("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
    }
    let client = engine.client()
    _ = try await client.info()
    _ = try await client.info()
    #expect(engine.connections == 2)
    client.close()
  }

  @Test(
    "what is not HTTP or not JSON is a bad answer",
    arguments: [
      Reply.answer("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
      .answer("HTTP/1.1 200 OK\r\nContent-Length: twelve\r\n\r\n"),
      .json("<html>login</html>"), .json("{\"Name\":"), .json("[]"),
    ])
  func malformed(reply: Reply) async throws {
    let engine = ScriptedEngine { _ in reply }
    let client = engine.client()
    let found = await failure { _ = try await client.info() }
    #expect(found?.code == .engineBadAnswer)
    #expect(found?.host == "da1")
    #expect(found?.isRetryable == false)
    client.close()
  }

  @Test("what comes in place of HTTP is shown")
  func insteadOfHTTP() async throws {
    let engine = ScriptedEngine { request in
      request.target.hasSuffix("/info") ? .answer("\nThis docker\u{7} is a script.\nPlease wait\n\n") : .json("{}")
    }
    let client = engine.client()
    _ = try await client.version()
    let found = await failure { _ = try await client.info() }
    #expect(found?.cause == "its answer begins with: This docker? is a script.")
    client.close()
  }

  @Test(
    "a connection that ends before the answer is complete is lost, which is retryable",
    arguments: [
      Reply.close,
      .answerThenClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Name\":"),
      .answerThenClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"Name\"\r\n"),
      .answerThenClose("HTTP/1.1 20"),
    ])
  func lost(reply: Reply) async throws {
    let engine = ScriptedEngine { _ in reply }
    let client = engine.client()
    _ = try await client.version()
    let found = await failure { try await client.leaveSwarm(force: true) }
    #expect(found?.code == .engineConnectionLost)
    #expect(found?.isRetryable == true)
    #expect(engine.requests.count == 1)
    client.close()
  }

  @Test("the reason that the other end gives is reported instead of a lost connection")
  func reason() async throws {
    let said = Failure("ssh.command_failed", "docker is not installed", cause: "sudo: docker: command not found")
    let engine = ScriptedEngine(reason: said) { _ in .close }
    let client = engine.client()
    let found = await failure { try await client.leaveSwarm(force: true) }
    #expect(found?.code == "ssh.command_failed")
    #expect(found?.host == "da1")
    #expect(found?.cause == "sudo: docker: command not found")
    client.close()
  }

  @Test("a question on a kept connection that turns out to be closed is asked again on a new one, once")
  func staleConnection() async throws {
    let engine = ScriptedEngine { request in request.target.hasSuffix("/info") ? .json("{}") : .close }
    let client = engine.client()
    _ = try await client.info()
    #expect(await failure { _ = try await client.nodes() }?.code == .engineConnectionLost)
    #expect(engine.requests.map(\.target) == ["/v1.41/info", "/v1.41/nodes", "/v1.41/nodes"])
    client.close()
  }

  @Test("a change that may have reached the engine is not sent again")
  func changeIsNotRepeated() async throws {
    let engine = ScriptedEngine { request in request.method == "GET" ? .json("{}") : .close }
    let client = engine.client()
    _ = try await client.info()
    #expect(await failure { try await client.removeService("abc") }?.code == .engineConnectionLost)
    #expect(engine.requests.map(\.method) == ["GET", "DELETE"])
    client.close()
  }

  @Test("a call that takes long does not hold up another")
  func concurrentCalls() async throws {
    let engine = ScriptedEngine { request in request.method == "POST" ? .silence : .json("{}") }
    let client = engine.client(maximumConnections: 2)
    var sights = engine.sights.makeAsyncIterator()
    let long = Task { try await client.leaveSwarm(force: true) }
    _ = await sights.next()
    for _ in 0..<5 { _ = try await client.info() }
    #expect(engine.connections == 2)
    long.cancel()
    await #expect(throws: CancellationError.self) { try await long.value }
    client.close()
  }

  @Test("many calls share the connections that there may be")
  func poolIsBounded() async throws {
    let engine = ScriptedEngine { _ in .json("{}") }
    let client = engine.client(maximumConnections: 2)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { _ = try await client.info() } }
      try await group.waitForAll()
    }
    // Short calls take turns: one connection is enough for them.
    #expect(engine.connections <= 2)
    #expect(engine.requests.count == 50)
    client.close()
  }

  @Test("a cancelled call ends, and closes the connection that it used")
  func cancellation() async throws {
    let engine = ScriptedEngine { _ in .silence }
    let client = engine.client()
    var sights = engine.sights.makeAsyncIterator()
    let call = Task { try await client.info() }
    #expect(await sights.next() == .request("/v1.41/info"))
    call.cancel()
    await #expect(throws: CancellationError.self) { try await call.value }
    #expect(await sights.next() == .closed)
    client.close()
  }

  @Test("a call that is cancelled while its connection is being opened ends, and the late connection is closed")
  func cancellationWhileOpening() async throws {
    let (ours, theirs) = socketPair()
    let (begun, begin) = AsyncStream<Void>.makeStream()
    let (answered, answer) = AsyncStream<Void>.makeStream()
    let connector = FileDescriptorConnector(endpoint: "ssh://da1") {
      begin.yield()
      // What opens it does not hear of the cancellation, as a client that has just succeeded.
      await Task.detached { for await _ in answered { return } }.value
      return .init(descriptor: ours) { nil }
    }
    let client = EngineClient(host: "da1", connector: connector)
    let call = Task { try await client.info() }
    for await _ in begun { break }
    call.cancel()
    answer.yield()
    await #expect(throws: CancellationError.self) { try await call.value }
    var byte: UInt8 = 0
    #expect(recv(theirs, &byte, 1, 0) == 0)
    close(theirs)
    client.close()
  }

  @Test("a cancelled call that waits for a connection ends, and the others go on")
  func cancellationWhileWaiting() async throws {
    let engine = ScriptedEngine { request in request.method == "POST" ? .silence : .json("{}") }
    let client = engine.client(maximumConnections: 1)
    var sights = engine.sights.makeAsyncIterator()
    let long = Task { try await client.leaveSwarm(force: true) }
    _ = await sights.next()
    let waiting = (0..<5).map { _ in Task { try await client.info() } }
    for call in waiting.prefix(4) { call.cancel() }
    for call in waiting.prefix(4) { await #expect(throws: CancellationError.self) { try await call.value } }
    long.cancel()
    _ = try await waiting[4].value
    client.close()
  }

  @Test("an engine that does not answer in time is a retryable failure")
  func timeout() async throws {
    let engine = ScriptedEngine { _ in .silence }
    let client = engine.client()
    let found = await failure { _ = try await client.call(EngineRequest(.get, "info", timeout: .milliseconds(50))) }
    #expect(found?.code == .engineTimeout)
    #expect(found?.isRetryable == true)
    client.close()
  }

  @Test("a closed client refuses calls")
  func closed() async throws {
    let engine = ScriptedEngine { _ in .json("{}") }
    let client = engine.client()
    _ = try await client.info()
    client.close()
    #expect(await failure { _ = try await client.info() }?.code == .engineClosed)
  }

  @Test("path segments and queries can't be anything else than what they are")
  func escaping() async throws {
    let engine = ScriptedEngine { _ in .json("{}") }
    let client = engine.client()
    _ = try await client.node("../swarm?x=1 #ä")
    #expect(engine.requests[0].target == "/v1.41/nodes/..%2Fswarm%3Fx%3D1%20%23%C3%A4")
    client.close()
  }

  @Test("a join token is in the request's body, and never in a failure, even when the engine quotes it")
  func secrets() async throws {
    let engine = ScriptedEngine { _ in .refusal(400, "invalid join token: SWMTKN-1-abc-def") }
    let client = engine.client()
    let found = await failure {
      try await client.joinSwarm(managers: ["10.77.0.1:2377"], token: Secret("SWMTKN-1-abc-def"))
    }
    #expect(engine.requests[0].body.contains("\"JoinToken\":\"SWMTKN-1-abc-def\""))
    #expect(engine.requests[0].headers["content-type"] == "application/json")
    #expect(found?.code == .swarmTokenInvalid)
    #expect(String(describing: found).contains("SWMTKN") == false)
    client.close()
  }
}
