import Foundation
import Testing

/// upgrade.lua on the layout that the changes of day two leave: admin, distribution and postgres on da1, the access point
/// and authentication on da2, policy on da3.
struct UpgradeStory {
  let site: DayTwoSite
  let inventory: String
  private var lab: Lab { site.lab }
  private static let directory = "/opt/nexus/docker-compose"

  /// Admin and policy get a new version, by a run that is killed in its middle; then policy one that does not exist.
  func upgrades() async throws {
    let images = try await newImages(["nexus/da-admin", "nexus/da-policy"], tag: "6.10.0")
    let new = try await versions(["da-admin": "6.10.0", "da-policy": "6.10.0"])
    try await goesOn(after: "services/admin/deploy its new version", new, images)
    try await comesBack()
  }

  private func goesOn(after path: String, _ new: String, _ images: String) async throws {
    let others = try await lab.containers(on: "da2")
    let arguments = run(new, "images=\(images)")
    let moment = RealAppliances.ResumeTests.Moment(kind: "step.succeeded", path: path)
    let killed = try await site.person.runbook(arguments + ["--json"]) { line, send in
      if moment.isTold(by: line) { send(.kill) }
    }
    #expect(killed.status == .signaled(9), "\(killed.words.suffix(2000))")
    // What the document's order brings later has its old version still.
    #expect(try await image(of: "da_policy") == "nexus/da-policy:6.9.0")
    let resumed = try await site.person.runbook("resume")
    try #require(resumed.code == 0, "\(resumed.words.suffix(3000))")
    #expect(resumed.words.contains("policy nexus/da-policy:6.9.0 nexus/da-policy:6.10.0"), "\(resumed.words)")
    #expect(try await site.person.journal.repeated() == [])

    try await expect(admin: "6.10.0", policy: "6.10.0", file: new)
    #expect(try await lab.containers(on: "da2") == others)
    let state = try await site.state()
    let again = try await site.person.runbook(arguments)
    #expect(again.code == 0, "\(again.words)")
    #expect(again.words.contains("Nothing had to be changed"), "\(again.words)")
    #expect(try await site.state() == state)
  }

  /// The engines' own words end the run before the access point is touched, and the old versions are back afterwards.
  private func comesBack() async throws {
    let before = try await lab.execute(on: "da1", ["cat", "\(Self.directory)/versiontag.yml"]).output()
    let old = try site.person.write("before.yml", before)
    let kept = (try await lab.containers(on: "da1"), try await lab.containers(on: "da2"))
    let bad = try await versions(["da-admin": "6.10.0", "da-policy": "6.11.0", "da-accesspoint": "6.11.0"])
    let failed = try await site.person.runbook(run(bad))
    #expect(failed.code == 1, "\(failed.words)")
    #expect(failed.words.contains("No such image: nexus/da-policy:6.11.0"), "\(failed.words)")
    #expect(failed.words.contains("not on da3: nexus/da-accesspoint:6.11.0, nexus/da-policy:6.11.0"))
    #expect(try await image(of: "da_accesspoint") == "nexus/da-accesspoint:6.9.0")

    let back = try await site.person.runbook("rollback", try await site.person.journal.newestRun(), "--yes")
    try #require(back.code == 0, "\(back.words.suffix(3000))")
    try await expect(admin: "6.10.0", policy: "6.10.0", file: old)
    #expect(try await lab.containers(on: "da1") == kept.0)
    #expect(try await lab.containers(on: "da2") == kept.1)
  }

  private func run(_ versiontag: String, _ more: String...) -> [String] {
    ["run", "upgrade.lua", "--inventory", inventory, "--yes", "--param", "versiontag=\(versiontag)"]
      + more.flatMap { ["--param", $0] }
  }

  /// Saves images under a new tag in a file of the operator's, and leaves none on an appliance.
  private func newImages(_ names: [String], tag: String) async throws -> String {
    let file = site.person.folder.appending(path: "images.tar").path
    let new = names.map { "\($0):\(tag)" }.joined(separator: " ")
    let tagging = names.map { "sudo docker tag \($0):6.9.0 \($0):\(tag)" }.joined(separator: " && ")
    let script = """
      ssh -F '\(lab.sshConfiguration)' -o BatchMode=yes da1 '\(tagging) && sudo docker save \(new)' > '\(file)'
      ssh -F '\(lab.sshConfiguration)' -o BatchMode=yes da1 'sudo docker rmi \(new)'
      """
    try await lab.run(["bash", "-e", "-c", script]).output()
    return file
  }

  /// A versiontag.yml with other versions of these images.
  private func versions(_ tags: [String: String]) async throws -> String {
    var text = try await lab.execute(on: "da1", ["cat", "\(Self.directory)/versiontag.yml"]).output()
    for (name, tag) in tags { text = text.replacing(try Regex("\(name):[0-9.]+"), with: "\(name):\(tag)") }
    let folder = site.person.folder.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "versiontag.yml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  private func image(of service: String) async throws -> String {
    try await lab.docker(
      on: "da1", "service", "inspect", service, "--format", "{{.Spec.TaskTemplate.ContainerSpec.Image}}"
    ).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Containers of these versions run, and every host has the file, and nothing that was needed on the way.
  private func expect(admin: String, policy: String, file: String) async throws {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for host in Lab.hosts {
      let files = "cat \(Self.directory)/versiontag.yml; ls \(Self.directory)"
      #expect(
        try await lab.execute(on: host, ["bash", "-c", files]).output()
          == text + "docker-compose.yml\nnetwork.yml\nversiontag.yml\n")
    }
    let wanted = [
      "da1": ["nexus/da-admin:\(admin)", "nexus/da-distribution:6.9.0", "nexus/postgres:6.9.0"],
      "da2": ["nexus/da-accesspoint:6.9.0", "nexus/da-authentication:6.9.0"], "da3": ["nexus/da-policy:\(policy)"],
    ]
    for (host, images) in wanted {
      let running = try await lab.docker(on: host, "ps", "--format", "{{.Image}}")
      #expect(running.split(separator: "\n").map(String.init).sorted() == images)
    }
  }
}
