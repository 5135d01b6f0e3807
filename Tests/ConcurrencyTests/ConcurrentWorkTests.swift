import Concurrency
import Synchronization
import TestSupport
import Testing

@Suite("Work at the same time", .usualTimeLimit)
struct ConcurrentWorkTests {
  private struct Broken: Error, Equatable { let item: Int }

  /// How many are at work, and how many were at most.
  private final class Gauge: Sendable {
    private let state = Mutex((now: 0, most: 0))
    var most: Int { state.withLock { $0.most } }
    func measured<Result>(_ work: () async throws -> Result) async rethrows -> Result {
      state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      defer { state.withLock { $0.now -= 1 } }
      return try await work()
    }
  }

  @Test("results come in the order of the items, and no more than the limit are worked on", arguments: [1, 3, 100])
  func order(limit: Int) async {
    let gauge = Gauge()
    let results = await mapConcurrently(0..<50, limit: limit) { item in
      await gauge.measured {
        for _ in 0..<(50 - item) { await Task.yield() }
        return item * 2
      }
    }
    #expect(results == (0..<50).map { $0 * 2 })
    #expect(gauge.most <= limit)
  }

  @Test("the first error ends the rest, which is waited for")
  func failure() async {
    let ended = Mutex(0)
    let error = await #expect(throws: Broken.self) {
      try await mapConcurrently(0..<5) { item in
        if item == 3 { throw Broken(item: item) }
        defer { ended.withLock { $0 += 1 } }
        do { try await Task.sleep(for: .seconds(3600)) } catch { throw Broken(item: -1) }
      }
    }
    #expect(error == Broken(item: 3))
    #expect(ended.withLock { $0 } == 4)
  }

  @Test("each item is worked on once, at most so many at a time", arguments: [1, 4])
  func forEach(limit: Int) async {
    let gauge = Gauge(), seen = Mutex<[Int]>([])
    await forEachConcurrently(0..<30, limit: limit) { item in
      await gauge.measured {
        await Task.yield()
        seen.withLock { $0.append(item) }
      }
    }
    #expect(seen.withLock { $0.sorted() } == Array(0..<30))
    #expect(gauge.most <= limit)
  }

  @Test("work that ends in time gives its result, and its error")
  func inTime() async throws {
    #expect(try await withTimeLimit(.seconds(3600)) { 7 } == 7)
    await #expect(throws: Broken.self) { try await withTimeLimit(.seconds(3600)) { throw Broken(item: 1) } }
  }

  @Test("work that takes too long is cancelled and waited for")
  func tooLong() async throws {
    let isCancelled = Mutex(false)
    let result = try await withTimeLimit(.milliseconds(20)) {
      try? await Task.sleep(for: .seconds(3600))
      isCancelled.withLock { $0 = Task.isCancelled }
    }
    #expect(result == nil)
    #expect(isCancelled.withLock { $0 })
  }

  @Test("who waits and is cancelled gets no result")
  func cancelled() async {
    let task = Task { try await withTimeLimit(.seconds(3600)) { try await Task.sleep(for: .seconds(3600)) } }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
