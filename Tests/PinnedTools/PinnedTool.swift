import Foundation

/// Outside programs in fixed versions, which tests compare with. They are fetched once by `Tests/Lab/pinned-tools`.
package enum PinnedTool: String, CaseIterable, Sendable {
  /// `ansible-inventory`.
  case ansible
  /// Docker's client of Debian 12.
  case docker20 = "docker-20.10"
  /// Docker's client of Debian 13.
  case docker26 = "docker-26.1"
  /// Docker's client of Debian unstable.
  case docker28 = "docker-28.5"

  /// The folder that has the program; `nil` where it can't be fetched. In CI it must be there, so that nothing is left out.
  package var folder: String? {
    switch self {
    case .ansible: Self.ansibleFolder
    case .docker20: Self.docker20Folder
    case .docker26: Self.docker26Folder
    case .docker28: Self.docker28Folder
    }
  }

  /// Whether tests that need it run: not without a network, unless in CI, where they fail then.
  package var isExpected: Bool { folder != nil || ProcessInfo.processInfo.environment["CI"] == "true" }

  /// Why tests that need it don't run.
  package var obstacle: String { "\(rawValue) can't be fetched (Tests/Lab/pinned-tools \(rawValue))" }

  private static let ansibleFolder = PinnedTool.ansible.fetched()
  private static let docker20Folder = PinnedTool.docker20.fetched()
  private static let docker26Folder = PinnedTool.docker26.fetched()
  private static let docker28Folder = PinnedTool.docker28.fetched()

  private func fetched() -> String? {
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Lab/pinned-tools")
    let result = try? Tool.run(script.path, [rawValue], environment: ProcessInfo.processInfo.environment)
    guard let result, result.status == 0 else { return nil }
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
