import Journal
import LuaVM
import Synchronization
import Values

/// A process, inside this one, that dies at one of its moments. From then on it does nothing any more, in none of its
/// branches.
public final class MortalProcess: CrashMoments {
  /// An error that the rest of a dead process's script can't catch.
  public struct Death: UncatchableError {}

  /// When it dies.
  public enum End: Sendable, Hashable {
    /// Not at all.
    case never
    /// At the moment of that number, counted from 1.
    case moment(Int)
    /// At the first moment of that name.
    case name(String)
  }

  /// Its identity to other processes.
  public let holder: LeaseHolder
  private let end: End
  private let state = Mutex((names: [[String]](), isDead: false))

  /// Begins, as the process of that number.
  public init(_ id: Int32, end: End = .never) {
    holder = LeaseHolder(machine: "here", bootID: "b", processID: id, processStart: 1, user: "op", run: "")
    self.end = end
  }

  /// The names of the moments that have come, the last one included.
  public var moments: [[String]] { state.withLock { $0.names } }
  /// Whether it has died.
  public var isDead: Bool { state.withLock { $0.isDead } }

  /// Dies now: its next moment is its last.
  public func kill() { state.withLock { $0.isDead = true } }

  /// Passes a moment, or dies; a dead one dies again.
  public func pass(_ names: [String]) throws {
    let isDead = state.withLock { state in
      guard !state.isDead else { return true }
      state.names.append(names)
      state.isDead =
        switch end {
        case .never: false
        case .moment(let number): state.names.count >= number
        case .name(let name): names.contains(name)
        }
      return state.isDead
    }
    if isDead { throw Death() }
  }
}
