import TestSupport
import Testing

@testable import DockerEngine

@Suite("Which other hosts a host tries", .usualTimeLimit)
struct OverlayChoiceTests {
  @Test("where there are no more others than it may try, each tries all", arguments: [1, 2, 3, 16, 17])
  func small(count: Int) {
    let choice = OverlayChoice(count: count, most: 16)
    #expect(choice.isComplete)
    for place in 0..<count { #expect(Set(choice.others(of: place)) == Set(0..<count).subtracting([place])) }
  }

  @Test(
    "in a large swarm each tries equally many others and is tried by equally many",
    arguments: [18, 19, 33, 100, 1000], [1, 2, 3, 8, 16])
  func even(count: Int, most: Int) {
    let choice = OverlayChoice(count: count, most: most)
    #expect(!choice.isComplete)
    var triedBy = [Int](repeating: 0, count: count)
    for place in 0..<count {
      let others = choice.others(of: place)
      #expect(Set(others).count == most)
      #expect(!others.contains(place))
      for other in others { triedBy[other] += 1 }
    }
    #expect(triedBy.allSatisfy { $0 == most })
  }

  @Test(
    "from each host each other one is come to by way of those that are tried", arguments: [18, 40, 1000], [1, 4, 16])
  func connected(count: Int, most: Int) {
    let choice = OverlayChoice(count: count, most: most)
    var seen: Set<Int> = [0], next = [0]
    while let place = next.popLast() {
      for other in choice.others(of: place) where seen.insert(other).inserted { next.append(other) }
    }
    #expect(seen.count == count)
  }

  @Test("near and far ones are tried, and the same ones each time")
  func spread() {
    let choice = OverlayChoice(count: 10_000, most: 16)
    #expect(choice.distances.first == 1)
    #expect(choice.distances.last == 9999)
    #expect(choice.distances.contains { (100...1000).contains($0) })
    #expect(choice == OverlayChoice(count: 10_000, most: 16))
  }
}
