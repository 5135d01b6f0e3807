import Foundation
import HostModules
import Inventory
import Presentation
import Survey
import Values

/// Takes a snapshot of the real hosts for a command, and reports what the operator must know about it.
struct WorldSnapshot {
  let options: GlobalOptions

  /// Reads the hosts of an inventory, and gives the world file.
  func text(of inventory: Inventory, named file: String) async throws -> String {
    let world = Fleet(inventory: inventory)
    let finding: WorldSurvey.Finding
    do {
      finding = try await WorldSurvey(world).look()
    } catch {
      await world.close()
      throw error
    }
    await world.close()
    if !options.json {
      let screen = Screen(options, descriptor: STDERR_FILENO)
      let lines = finding.remarks.flatMap { PlainText.wrapped("snapshot: \($0)", to: screen.columns ?? 100) }
      FileHandle.standardError.write(Data(lines.map { $0 + "\n" }.joined().utf8))
    }
    let comments =
      [
        "The hosts of \(file) and their swarms at \(Date().ISO8601Format()), for: runbook run --simulate.",
        "No token, key or certificate is in it: the simulated swarms make their own. The environment of services is",
        "left out too. The compose files are as they are on the hosts: check them for passwords.",
      ] + finding.remarks
    return finding.plan.text(comments: comments)
  }
}
