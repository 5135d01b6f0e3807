import Foundation

/// The engine's socket inside an appliance's own file system, reached through the appliance's first process: any other,
/// a health check's for one, may have ended before the socket is opened.
struct SocketInside {
  let host: String
  let id: String

  /// The socket as this machine sees it, until the appliance loses its power.
  var path: String {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    for process in processes where Int(process) != nil {
      let root = "/proc/\(process)/root"
      guard let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ"),
        environment.split(separator: 0).contains(Data("RUNBOOK_LAB=\(id)".utf8)), isFirst(process),
        (try? String(contentsOfFile: root + "/etc/hostname", encoding: .utf8))?.hasPrefix(host) == true,
        FileManager.default.fileExists(atPath: root + "/run/lab/up")
      else { continue }
      return root + "/run/docker.sock"
    }
    return "/proc/none/docker.sock"
  }

  /// Whether a process is the first of its own process namespace.
  private func isFirst(_ process: String) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let numbers = status.split(separator: "\n").first { $0.hasPrefix("NSpid:") }
    return numbers?.split(separator: "\t").last == "1"
  }
}
