import Foundation
import Fuzzing
import TestSupport
import Testing
import Values

@testable import Journal

@Suite("What commands print, in the journal", .usualTimeLimit)
struct OutputTextTests {
  private static let coding = PayloadCoding(sealer: SecretSealer(.none))

  private static let floods: [(name: String, text: Value, count: Int)] = {
    let random = RandomInput.bytes(65_536)
    return [
      ("line breaks", .string(String(repeating: "\n", count: 65_536)), 65_536),
      ("controls", .string(String(repeating: "\u{1}", count: 65_536)), 65_536),
      ("quotes", .string(String(repeating: "\"\\", count: 32_768)), 65_536),
      ("letters", .string(String(repeating: "ä", count: 32_768)), 65_536), ("no text", .bytes(random), 65_536),
      ("lines of a log", .string(String(repeating: "a line as in a log\n", count: 4_000)), 76_000),
    ]
  }()

  private static let place = SealedPlace(run: "a", sequence: 1, kind: "step.output")

  @Test("a chunk takes at most 1.3 times its bytes, whatever it is, and comes back", arguments: floods.indices)
  func size(_ index: Int) throws {
    let (name, text, count) = Self.floods[index]
    let written = try Self.coding.encode(["text": text], at: Self.place)
    #expect(Double(written.utf8.count) <= 1.27 * Double(count), "\(name): \(written.utf8.count)")
    #expect(try Self.coding.decode(written, at: Self.place) == ["text": text], "\(name)")
  }

  @Test("bytes of every length come back from base 85, and other text is none")
  func base85() {
    for count in 0..<40 {
      let bytes = RandomInput.bytes(count)
      #expect(Base85.decode(Base85.encode(bytes)) == bytes)
    }
    #expect(Base85.decode(Base85.encode([255, 255, 255, 255])) == [255, 255, 255, 255])
    for text in ["~~~~~", "0", "abc\"d", "äää", "000000"] { #expect(Base85.decode(text) == nil, "\(text)") }
  }

  @Test("of a chunk the newest lines are kept and all are counted, also of an event of an older journal with one line")
  func newest() throws {
    func output(_ text: Value) -> Event {
      Event(at: Date(), kind: .stepOutput, path: "a", attempt: 1, host: "h", payload: ["text": text])
    }
    var state = RunState(events: [Event(at: Date(), kind: .stepStarted, path: "a", attempt: 1, host: "h", payload: [:])]
    )
    state.apply(output(.string("one")))
    state.apply(output(.string("")))
    state.apply(output(.string("two\r\n\nthree")))
    state.apply(output(.bytes([0xFF, 10, 0x61])))
    var step = try #require(state.step(at: "a"))
    #expect(step.output.map(\.text) == ["one", "", "two", "", "three", "\u{FFFD}", "a"])
    #expect(step.outputCount == 7)
    state.apply(output(.string((1...100_000).map(String.init).joined(separator: "\n"))))
    state.apply(output(.string(String(repeating: "x", count: 60_000))))
    step = try #require(state.step(at: "a"))
    #expect(step.outputCount == 100_008)
    #expect(step.output.count < 2 * StepState.outputLimit && step.output.dropLast().last?.text == "100000")
    #expect(step.output.last?.text.utf8.count == StepState.lineLimit + 3)
  }

  @Test("a path of any depth is shown in so many scopes, and stays what it is")
  func deepPath() throws {
    let path = Array(repeating: "a", count: 200_000).joined(separator: "/")
    let state = RunState(events: [
      Event(at: Date(), kind: .stepStarted, path: path, attempt: 1, host: "h", payload: [:])
    ])
    let step = try #require(state.step(at: path))
    #expect(step.scope.count == StepState.depthLimit)
    #expect((step.scope + [step.name]).joined(separator: "/") == path)
  }

  @Test("what one attempt prints in two pieces is one event, and of two hosts it is not")
  func joined() {
    func output(_ text: Value, _ host: String = "h") -> Event {
      Event(at: Date(), kind: .stepOutput, path: "a", attempt: 1, host: host, payload: ["text": text])
    }
    #expect(OutputText.joined(output("a\nb"), output("c"))?.payload == ["text": "a\nb\nc"])
    #expect(OutputText.joined(output(.bytes([0xFF])), output("c"))?.payload == ["text": .bytes([0xFF, 10, 0x63])])
    #expect(OutputText.joined(output("a"), output("b", "other")) == nil)
  }
}
