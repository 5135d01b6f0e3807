/// A line of waiters, first come first served. Any of them may leave it from any position.
///
/// A thousand hosts ask one manager at once: to come, to be next and to leave cost the same however many wait.
package struct WaitingLine<Turn> {
  /// Identifies a waiter.
  package typealias Ticket = Int

  private var turns: [Ticket: Turn] = [:]
  private var first: Ticket = 0
  private var next: Ticket = 0

  package init() {}

  /// A ticket for someone who is about to wait.
  package mutating func ticket() -> Ticket {
    defer { next += 1 }
    return next
  }

  /// Lets someone wait, at the place at which the ticket was given.
  package mutating func join(_ turn: Turn, with ticket: Ticket) {
    turns[ticket] = turn
    // Who took the ticket may come later than others, who were served meanwhile.
    first = min(first, ticket)
  }

  /// Takes someone out of the line; `nil` when they are not in it any more.
  package mutating func leave(_ ticket: Ticket) -> Turn? { turns.removeValue(forKey: ticket) }

  /// Takes out the first.
  package mutating func popFirst() -> Turn? {
    while first < next, !turns.isEmpty {
      defer { first += 1 }
      if let turn = turns.removeValue(forKey: first) { return turn }
    }
    return nil
  }

  /// Takes out all, in order.
  package mutating func popAll() -> [Turn] {
    defer { turns = [:] }
    return turns.sorted { $0.key < $1.key }.map(\.value)
  }
}
