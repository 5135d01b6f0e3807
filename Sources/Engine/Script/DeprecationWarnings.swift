import Synchronization
import Values

/// Warns of deprecated names, once for each line that uses one.
final class DeprecationWarnings: Sendable {
  private let warned = Mutex<Set<String>>([])

  /// The warnings that are due.
  func due(_ uses: [DeprecatedUse], at location: SourceLocation?) -> [String] {
    uses.compactMap { use in
      let text =
        (location.map { "\($0): " } ?? "")
        + "\(use.deprecation.message(of: use.what)): use \(use.deprecation.instead)"
      return warned.withLock { $0.insert(text).inserted } ? text : nil
    }
  }
}
