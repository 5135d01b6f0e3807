import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

@Suite("Data goes into the journal and comes back the same", .usualTimeLimit)
struct PayloadCodingTests {
  private static let key = Secret(Data(repeating: 9, count: 32).base64EncodedString())
  private let coding = PayloadCoding(sealer: SecretSealer(.environment(key)))

  static let values: [Value] = [
    nil, true, false, 0, 1, -1, .integer(.max), .integer(.min), 1.0, -0.0, 0.1, 1e300, .number(.leastNonzeroMagnitude),
    -1.5e-7,
    .number(.infinity), .number(-.infinity), .number(.greatestFiniteMagnitude), 9_007_199_254_740_993, "", "text",
    "quote \" backslash \\ slash / newline \n tab \t bell \u{7} nul \u{0} del \u{7f}", "ünïcødé 👩‍👩‍👧 \u{10ffff} \u{2028}",
    .bytes([]), .bytes([0xff, 0x00, 0xfe]), [], .object([:]), [1, 1.0, "1", nil, [[]]],
    ["a": ["b": [1, ["c": nil]]], "": "empty name", "nul\u{0}": 1],
    .secret(Secret("SWMTKN-1-abc")), ["nested": [.secret(Secret("")), .bytes([0x80])]],
    ["$bytes": "AAAA"], ["$secret": "no secret"], ["$object": ["$object": 1]], ["$": 1, "b": 2],
    ["$number": "nan"], ["$unknown": .bytes([0xc3])],
  ]

  @Test("each kind of value comes back as it was", arguments: values)
  func roundTrip(_ value: Value) throws {
    let text = try coding.encode(value, at: .sample)
    #expect(!text.contains("\n"))
    let back = try coding.decode(text, at: .sample)
    #expect(back == value)
    if case .number(let number) = value, case .number(let again) = back {
      #expect(number.sign == again.sign, "-0.0 keeps its sign")
    }
  }

  @Test("random nested values come back as they were")
  func randomRoundTrips() throws {
    var generator = SeededGenerator(seed: 42)
    for _ in 0..<500 {
      let value = Value.random(depth: 4, using: &generator)
      #expect(try coding.decode(try coding.encode(value, at: .sample), at: .sample) == value)
    }
  }

  @Test("not a number comes back as not a number")
  func notANumber() throws {
    guard case .number(let number) = try coding.decode(try coding.encode(.number(.nan), at: .sample), at: .sample)
    else {
      throw Failure("test", "no number")
    }
    #expect(number.isNaN)
  }

  @Test("an integer and the same floating point number are told apart")
  func numbersApart() throws {
    #expect(try coding.decode(try coding.encode([1, 1.0, 1.5], at: .sample), at: .sample) == [1, 1.0, 1.5])
    #expect(try coding.encode([1, 1.0, 1.5], at: .sample) == #"[1,{"$number":"1.0"},1.5]"#)
  }

  @Test("the JSON is one that others read")
  func plainJSON() throws {
    for value in Self.values {
      let text = try coding.encode(value, at: .sample)
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
      }
    }
  }

  @Test("a secret is not in the text")
  func sealed() throws {
    let text = try coding.encode(["token": .secret(Secret("SWMTKN-1-abc"))], at: .sample)
    #expect(!text.contains("SWMTKN"))
    #expect(!text.contains(Data("SWMTKN-1-abc".utf8).base64EncodedString().prefix(12)))
    let same = Value.secret(Secret("same"))
    #expect(try coding.encode(same, at: .sample) != coding.encode(same, at: .sample), "each has its nonce")
  }

  @Test("a sealed secret that was brought to another place can't be opened there")
  func bound() throws {
    let other = "other name"
    let text = try coding.encode([["a": .secret(Secret("SWMTKN-1-abc")), "b": 1]], at: .sample)
    #expect(throws: Never.self) { try coding.decode(text, at: .sample) }
    var places = Array(repeating: SealedPlace.sample, count: 4)
    places[0].run = "another"
    places[1].sequence += 1
    places[2].kind = "value.recorded"
    places[3].path = nil
    for place in places {
      let failure = #expect(throws: Failure.self, "\(place)") { try coding.decode(text, at: place) }
      #expect(failure?.code == .journalDamaged)
    }
    for moved in [text.replacing("\"a\"", with: "\"\(other)\""), "[0,\(text.dropFirst())", "[\(text)]"] {
      #expect(throws: Failure.self, "\(moved)") { try coding.decode(moved, at: .sample) }
    }
  }

  @Test("places that differ never look the same to the seal")
  func placesApart() {
    let places = [
      SealedPlace(run: "a", sequence: 1, kind: "k", path: "p"),
      SealedPlace(run: "a", sequence: 1, kind: "k", path: nil),
      SealedPlace(run: "a", sequence: 1, kind: "k", path: ""),
      SealedPlace(run: "a", sequence: 11, kind: "k", path: "p"),
      SealedPlace(run: "a1", sequence: 1, kind: "k", path: "p"),
      SealedPlace(run: "a", sequence: 1, kind: "k", path: "p", members: ["x"]),
      SealedPlace(run: "a", sequence: 1, kind: "k", path: "p", members: ["x", "y"]),
      SealedPlace(run: "a", sequence: 1, kind: "k", path: "p", members: ["x1:y"]),
    ]
    #expect(Set(places.map(\.bytes)).count == places.count)
  }

  @Test(
    "a text that is no payload is reported as damage",
    arguments: [
      "", " ", "{", "[1,", "[1 2]", "{\"a\"}", "nul", "tru", "\"abc", "\"\\x\"", "\"\\ud800\"",
      "\"\\u12\"",
      "1 2", "+1", "--1", "1e999", "0x10", "{\"$bytes\":\"*\"}", "{\"$bytes\":1}", "{\"$nothing\":1}",
      "{\"$number\":\"x\"}", "{\"$secret\":\"x\"}", "\"\u{1}\"", String(repeating: "[", count: 100_000),
    ])
  func damaged(_ text: String) throws {
    let failure = #expect(throws: Failure.self) { try coding.decode(text, at: .sample) }
    #expect(failure?.code == .journalDamaged)
  }

  @Test("random damage to a text is an error or a value, never a crash")
  func fuzz() throws {
    var generator = SeededGenerator(seed: 3)
    let text = try Self.values.map { try coding.encode($0, at: .sample) }.joined(separator: ",")
    let bytes = Array("[\(text)]".utf8)
    for _ in 0..<2000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        changed[Int.random(in: 0..<changed.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? coding.decode(String(decoding: changed, as: UTF8.self), at: .sample)
    }
  }

  @Test("what is nested too deeply to be read again is refused when it is written")
  func tooDeep() throws {
    func nested(_ depth: Int) -> Value { (0..<depth).reduce(.null) { inner, _ in ["$": inner] } }
    #expect(try coding.decode(try coding.encode(nested(253), at: .sample), at: .sample) == nested(253))
    let failure = #expect(throws: Failure.self) { try coding.encode(nested(255), at: .sample) }
    #expect(failure?.code == .valueTooDeep)
  }
}

extension SealedPlace {
  static let sample = SealedPlace(run: "k3f9x2", sequence: 7, kind: "step.succeeded", path: "a/b")
}

extension Value {
  /// Any value, of at most that depth.
  static func random(depth: Int, using generator: inout some RandomNumberGenerator) -> Value {
    let names = ["a", "b", "$", "$bytes", "$secret", "$object", "ü", ""]
    switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &generator) {
    case 0: return .null
    case 1: return .bool(.random(using: &generator))
    case 2: return .integer(.random(in: .min ... .max, using: &generator))
    case 3: return .number(.random(in: -1e9...1e9, using: &generator))
    case 4: return .string(names.randomElement(using: &generator)!)
    case 5: return .bytes((0..<3).map { _ in .random(in: 0...255, using: &generator) })
    case 6: return .secret(Secret(names.randomElement(using: &generator)!))
    case 7: return .array((0..<3).map { _ in random(depth: depth - 1, using: &generator) })
    default:
      let members = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
        (names.randomElement(using: &generator)!, random(depth: depth - 1, using: &generator))
      }
      return .object(Dictionary(members, uniquingKeysWith: { $1 }))
    }
  }
}
