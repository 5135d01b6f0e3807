/// What will happen later in a modelled world, by the time at which it is due.
struct EventQueue: Sendable {
  /// Something that happens by itself.
  enum Entry: Sendable, Hashable {
    case taskStarts(swarm: String, task: String)
    case taskEnds(swarm: String, task: String)
    case networkGoes(swarm: String, network: String)
    case nodeIsDown(swarm: String, node: String, since: Double)
    case roleIsTaken(swarm: String, node: String)
  }

  private struct Item: Sendable {
    let due: Double
    let number: Int
    let entry: Entry
    static func < (left: Item, right: Item) -> Bool { (left.due, left.number) < (right.due, right.number) }
  }

  /// A binary heap: the earliest is first, and of equal ones that which was added first.
  private var heap: [Item] = []
  private var count = 0

  var nextDue: Double? { heap.first?.due }

  mutating func add(_ entry: Entry, at due: Double) {
    count += 1
    heap.append(Item(due: due, number: count, entry: entry))
    var child = heap.count - 1
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes out the first that is due by `now`.
  mutating func take(until now: Double) -> (due: Double, entry: Entry)? {
    guard let first = heap.first, first.due <= now else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
          least = child
        }
        if least == parent { break }
        heap.swapAt(least, parent)
        parent = least
      }
    }
    return (first.due, first.entry)
  }
}
