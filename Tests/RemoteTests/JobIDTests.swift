import Remote
import Testing

@Suite struct JobIDTests {
  @Test("the same parts give the same name in every process and release")
  func stable() {
    let id = JobID(run: "r1", path: "workers/da2/join the swarm", attempt: 2, call: 3)
    #expect(id == JobID(run: "r1", path: "workers/da2/join the swarm", attempt: 2, call: 3))
    #expect(id.name == "b55c2d9923a07c3fa9afb78dc94e445c")
    #expect(id.run == "r1")
  }

  @Test("each part counts, and none runs into the next")
  func apart() {
    let ids = [
      JobID(run: "r", path: "a", attempt: 1, call: 1), JobID(run: "r", path: "a", attempt: 1, call: 2),
      JobID(run: "r", path: "a", attempt: 2, call: 1), JobID(run: "r", path: "b", attempt: 1, call: 1),
      JobID(run: "s", path: "a", attempt: 1, call: 1), JobID(run: "ra", path: "", attempt: 1, call: 1),
      JobID(run: "r", path: "a", attempt: 11, call: 1), JobID(run: "r", path: "a", attempt: 1, call: 11),
      JobID(run: "r", path: "a1:1", attempt: 1, call: 1),
    ]
    #expect(Set(ids.map(\.name)).count == ids.count)
  }

  @Test("whatever a step path holds, the name is safe as a file name", arguments: ["", "../..", "a\nb", "-rf", "漢字/ü"])
  func safe(path: String) {
    let name = JobID(run: path, path: path, attempt: 1, call: 1).name
    #expect(name.count == 32)
    #expect(name.allSatisfy { $0.isHexDigit && $0.isASCII })
  }
}
