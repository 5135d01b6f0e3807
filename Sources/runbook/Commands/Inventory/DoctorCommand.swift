import ArgumentParser
import Foundation
import HostModules
import Inventory
import Journal
import Presentation
import Survey
import Values

/// `runbook doctor`
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check whether this machine, and the hosts of an inventory, are ready for a run.",
    discussion: """
      Reads only. Each line says ok, warn or fail, and what to do. Exit code 0 means that no check failed, 1 that one \
      failed.
      """)

  @Option(
    name: [.short, .long], help: "Also check the hosts of this inventory.", completion: Completion.inventory)
  var inventory: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let inventory = try inventory.map { try Inventory.load(path: $0) }
      let folder = StateFolder(option: options.state)
      async let here = MachineSurvey(folder: folder, sealer: JournalAccess.sealer(folder)).look()
      var results: [CheckResult] = []
      if let inventory {
        let fleet = Fleet(inventory: inventory)
        results = await HostSurvey(fleet).look()
        await fleet.close()
      }
      let view = CheckupView(await here + [library(), terminal()] + results), screen = Screen(options)
      screen.print(options.json ? [view.json()] : view.render(columns: screen.columns, style: screen.style))
      return view.hasFailure ? ExitStatus.failed : .success
    }
  }

  private func library() -> CheckResult {
    let shared = SharedFolders()
    guard let root = shared.root, let modules = shared.modules else {
      return CheckResult(
        MachineSurvey.subject, "Lua modules", .fail, "the shipped runbooks and modules are not found",
        hint: "install them at ../share/runbook of the program, or name their folder with RUNBOOK_SHARE")
    }
    let count = (try? FileManager.default.contentsOfDirectory(atPath: modules))?.count { $0.hasSuffix(".lua") } ?? 0
    let local = ["runbooks", "stdlib"].filter { FileManager.default.fileExists(atPath: $0) }
    let wins =
      local.isEmpty || root == FileManager.default.currentDirectoryPath
      ? "" : "; ./\(local.joined(separator: " and ./")) in this folder come first"
    return CheckResult(MachineSurvey.subject, "Lua modules", .ok, "\(count) in \(modules)\(wins)")
  }

  private func terminal() -> CheckResult {
    let screen = Screen(options)
    guard screen.isTerminal else {
      return CheckResult(MachineSurvey.subject, "terminal", .ok, "the output is not a terminal: runs print plain lines")
    }
    let columns = screen.columns ?? 80
    let text = "\(columns) columns\(screen.style.hasUnicode ? "" : ", ASCII only")"
    return columns < 60
      ? CheckResult(
        MachineSurvey.subject, "terminal", .warn, text, hint: "widen it to 60 columns or more for the live tree")
      : CheckResult(MachineSurvey.subject, "terminal", .ok, text)
  }
}

extension CheckupView {
  /// A view of what was found.
  init(_ results: [CheckResult]) {
    self.init(
      results.map { seen in
        let verdict: Verdict =
          switch seen.verdict {
          case .ok: .ok
          case .warn: .warn
          case .fail: .fail
          }
        return Entry(
          subject: seen.subject, check: seen.check, verdict: verdict, text: seen.text, hint: seen.hint)
      })
  }
}
