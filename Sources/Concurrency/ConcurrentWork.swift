/// Does the work for each item, with at most `limit` of them worked on at a time.
package func forEachConcurrently<Item: Sendable>(
  _ items: some Sequence<Item>, limit: Int = .max, _ work: @escaping @Sendable (Item) async -> Void
) async {
  await withTaskGroup(of: Void.self) { group in
    var running = 0
    for item in items {
      if running >= limit { await group.next() } else { running += 1 }
      group.addTask { await work(item) }
    }
  }
}

/// What the work gives for each item, in the order of the items, with at most `limit` of them worked on at a time.
///
/// - Throws: The first error of the work; the rest is cancelled and waited for.
package func mapConcurrently<Item: Sendable, Result: Sendable, Problem: Error>(
  _ items: some Sequence<Item>, limit: Int = .max,
  _ work: @escaping @Sendable (Item) async throws(Problem) -> Result
) async throws(Problem) -> [Result] {
  let outcome = await withTaskGroup(of: (Int, Swift.Result<Result, Problem>).self) { group in
    var results: [Int: Result] = [:], count = 0, problem: Problem?
    func take(_ index: Int, _ result: Swift.Result<Result, Problem>) {
      switch result {
      case .success(let value): results[index] = value
      case .failure(let error):
        problem = problem ?? error
        group.cancelAll()
      }
    }
    for item in items {
      if count - results.count >= limit, let (index, result) = await group.next() { take(index, result) }
      if problem != nil { break }
      let index = count
      count += 1
      group.addTask {
        do throws(Problem) { return (index, .success(try await work(item))) } catch { return (index, .failure(error)) }
      }
    }
    for await (index, result) in group { take(index, result) }
    if let problem { return Swift.Result<[Result], Problem>.failure(problem) }
    return .success((0..<count).compactMap { results[$0] })
  }
  return try outcome.get()
}
