import DockerEngine
import Foundation
import Synchronization
import TestSupport
import Testing
import Values

@Suite("Changing a part of a node's spec", .usualTimeLimit)
struct NodeSpecTests {
  /// A node with members that this program does not know.
  static let node = """
    {"ID":"n1","Version":{"Index":4611686018427387904},"New":1,"Spec":{"Labels":{"da-policy":"true","rack":"7"},
    "Role":"worker","Availability":"active","Unknown":{"Big":9007199254740993,"List":[1,2.5,null,true],"Text":"a\\u00e4/b"}}}
    """

  @Test("what is not modelled is written back as it was")
  func keepsUnknown() async throws {
    let engine = ScriptedEngine { $0.method == "GET" ? .json(Self.node) : .json("") }
    let client = engine.client()
    let outcome = try await LabelChange(managers: Managers(client))
      .apply(set: ["da-admin": "true"], remove: ["da-policy"], toNode: "n1")
    #expect(outcome.isChanged)
    #expect(outcome.detail.after == ["da-admin": "true", "rack": "7"])
    let write = try #require(engine.requests.last)
    #expect(write.target == "/v1.41/nodes/n1/update?version=4611686018427387904")
    let body = write.body
    #expect(body.contains("\"Big\":9007199254740993"))
    #expect(body.contains("[1,2.5,null,true]"))
    #expect(body.contains("\"Text\":\"aä/b\""))
    let read = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    #expect(read.keys.sorted() == ["Availability", "Labels", "Role", "Unknown"])
    #expect(read["Labels"] as? [String: String] == ["da-admin": "true", "rack": "7"])
    client.close()
  }

  @Test("what is already so is not written")
  func unchanged() async throws {
    let engine = ScriptedEngine { $0.method == "GET" ? .json(Self.node) : .json("") }
    let client = engine.client()
    let outcome = try await LabelChange(managers: Managers(client))
      .apply(set: ["rack": "7"], remove: ["absent"], toNode: "n1")
    #expect(!outcome.isChanged)
    #expect(try await !SwarmRole(managers: Managers(client)).set(.worker, ofNode: "n1").isChanged)
    #expect(engine.requests.allSatisfy { $0.method == "GET" })
    client.close()
  }

  @Test("an update out of sequence is read, merged and written again")
  func outOfSequence() async throws {
    let version = Mutex(0)
    let engine = ScriptedEngine { request in
      let now = version.withLock { value in
        value += 1
        return value
      }
      if request.method == "GET" {
        // Each time another client has set its own label.
        return .json(#"{"ID":"n1","Version":{"Index":\#(now)},"Spec":{"Labels":{"theirs":"\#(now)"}}}"#)
      }
      return now < 6 ? .refusal(500, "rpc error: code = Unknown desc = update out of sequence") : .json("")
    }
    let client = engine.client()
    let outcome = try await LabelChange(managers: Managers(client)).apply(set: ["ours": "1"], toNode: "n1")
    #expect(outcome.detail.after == ["ours": "1", "theirs": "5"])
    #expect(engine.requests.map(\.method) == ["GET", "POST", "GET", "POST", "GET", "POST"])
    #expect(engine.requests.last?.target == "/v1.41/nodes/n1/update?version=5")
    client.close()
  }

  @Test("after ten tries out of sequence it is a retryable failure")
  func givesUp() async throws {
    let engine = ScriptedEngine {
      $0.method == "GET" ? .json(Self.node) : .refusal(500, "rpc error: code = Unknown desc = update out of sequence")
    }
    let client = engine.client()
    let found = await failure {
      _ = try await LabelChange(managers: Managers(client)).apply(set: ["a": "b"], toNode: "n1")
    }
    #expect(found?.code == .swarmUpdateOutOfSequence)
    #expect(found?.isRetryable == true)
    #expect(engine.requests.count { $0.method == "POST" } == 10)
    client.close()
  }
}
