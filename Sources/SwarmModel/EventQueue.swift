import Crypto
import SwarmPKI
import Values

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

/// Something that happened in a modelled swarm, as its managers' engines report it.
package struct ModelEvent: Sendable {
  /// What it happened to: `node`, `service`, `network` and so on.
  package let type: String
  let action: String
  let id: String
  let attributes: [String: String]
  /// When, in seconds since 1970.
  package let time: Double

  /// As `/events` reports it.
  package var json: Value {
    [
      "Type": .string(type), "Action": .string(action), "scope": "swarm", "time": .integer(Int64(nearest: time)),
      "timeNano": .integer(Int64(nearest: time * 1e9)),
      "Actor": ["ID": .string(id), "Attributes": .texts(attributes)],
    ]
  }
}

/// Writes moments as Docker does.
enum ModelMoment {
  /// RFC 3339 in UTC with nanoseconds, of seconds since 1970.
  static func text(_ seconds: Double) -> String {
    // A world whose clock has run away can still be described.
    let seconds = min(max(seconds, NumberBounds.moment.lowest), NumberBounds.moment.highest)
    let whole = Int64(nearest: seconds.rounded(.down))
    let nanoseconds = Int64(nearest: ((seconds - Double(whole)) * 1e9).rounded(.down))
    let day = whole / 86_400, time = whole % 86_400
    let (year, month, date) = civil(day)
    func pad(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))T\(pad(time / 3600, 2)):\(pad(time / 60 % 60, 2)):"
      + "\(pad(time % 60, 2)).\(pad(nanoseconds, 9))Z"
  }

  /// The Gregorian date of a day since 1970, by eras of 400 years.
  private static func civil(_ day: Int64) -> (Int64, Int64, Int64) {
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * ofYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}

/// How long things take in a modelled swarm, in seconds of its own clock.
///
/// The defaults keep the order of what happens in a real swarm and are short, so that a dry run is.
package struct ModelTiming: Sendable, Hashable {
  /// From a task's placement until it runs.
  package var taskStart = 0.05
  /// From the wish that a task ends until it has.
  package var taskStop = 0.05
  /// From a network's removal until no engine shows it any more.
  package var networkRemoval = 0.05
  /// From a node's last sign of life until it counts as down. With real engines at least 15 seconds.
  package var nodeDown = 0.2
  /// From a change of role until the node's engine has taken it up.
  package var roleChange = 0.05

  package init() {}
}

/// Makes the IDs of a modelled world: of one seed always the same, whatever else happens at the same time elsewhere.
///
/// Each owner has its own row of IDs, so the order in which owners ask does not matter.
struct IDSource: Sendable {
  let seed: UInt64
  private var counts: [String: Int] = [:]

  init(seed: UInt64) { self.seed = seed }

  /// The next ID of an owner: 25 digits of base 36, as swarmkit writes them.
  mutating func next(_ owner: String) -> String { String(Base36.encode(Array(bytes(owner).prefix(16))).suffix(25)) }

  /// The next 32 bytes of an owner.
  mutating func bytes(_ owner: String) -> [UInt8] {
    let count = counts[owner, default: 0]
    counts[owner] = count + 1
    return Self.digest("\(seed)/\(owner)/\(count)")
  }

  /// What a text always gives.
  static func digest(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

  /// What a text always gives, in 64 hexadecimal digits.
  static func hexadecimal(_ text: String) -> String { Hexadecimal.encode(digest(text)) }
}
