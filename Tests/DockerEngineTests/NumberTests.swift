import TestSupport
import Testing
import Values

@testable import DockerEngine

@Suite("Numbers in an engine's answers", .usualTimeLimit)
struct NumberTests {
  private static let extremes: [Int64] = [.max, .min, -1, 0]

  @Test("the greatest and least numbers are read, put together and shown", arguments: extremes)
  func resources(_ number: Int64) throws {
    let info = try EngineInfo(["NCPU": .integer(number), "MemTotal": .integer(number)])
    let sum = info.resources + Resources(["NanoCPUs": .integer(number), "MemoryBytes": .integer(number)])
    #expect(sum.text.contains("MiB"))
    let service = try SwarmService([
      "ID": "s", "Version": ["Index": .integer(number)],
      "Spec": [
        "Name": "s", "Mode": ["Replicated": ["Replicas": .integer(number)]],
        "EndpointSpec": ["Ports": [["TargetPort": .integer(number), "PublishedPort": .integer(number)]]],
      ],
    ])
    #expect(service.mode == .replicated(Int(number)))
  }

  @Test("a service that was restarted as often as can be counted is restarted once more")
  func restart() async throws {
    let engine = ScriptedEngine { request in
      request.method == "GET"
        ? .json(
          #"{"ID":"s","Version":{"Index":1},"Spec":{"Name":"s","TaskTemplate":{"ForceUpdate":9223372036854775807}}}"#)
        : .json("{}")
    }
    let client = engine.client()
    _ = try await ServiceChange(managers: Managers(client)).restart("s")
    #expect(engine.requests.last?.body.contains("\"ForceUpdate\":0") == true)
    client.close()
  }

  @Test("a filter that names one thing twice is the filter that names it once")
  func filter() throws {
    let twice: Filters = ["type": ["node", "node"]]
    #expect(try twice.query.map(\.value) == [#"{"type":{"node":true}}"#])
  }

  @Test("the longest duration is a number of nanoseconds")
  func nanoseconds() {
    #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
    #expect(Duration.bounded(seconds: .infinity).wholeNanoseconds == 3_153_600_000_000_000_000)
  }
}
