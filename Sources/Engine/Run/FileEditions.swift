import Journal

/// The files of a run over its executions: as they were when it began, and as the operator has accepted them since
/// then. A step is undone by the files that carried it out.
struct FileEditions {
  /// The files of each edition.
  private(set) var all: [[RunFile]]
  /// Which edition carried a step out, as an index in ``all``, by the step's path.
  private(set) var ofSteps: [String: Int] = [:]

  init(_ run: RunRecord, _ events: [Event]) {
    all = [run.files]
    for event in events {
      if event.kind == .stepStarted, let path = event.path { ofSteps[path] = all.count - 1 }
      if let files = event.content(Event.ChangesAccepted.self)?.files {
        all.append(files)
      } else if let file = event.content(Event.FileKept.self)?.file {
        // A module that no dry run came to, kept when it was loaded.
        all[all.count - 1].removeAll { $0.role == file.role && $0.name == file.name }
        all[all.count - 1].append(file)
      }
    }
  }

  var current: [RunFile] { all[all.count - 1] }
}

extension RunRecord {
  /// The files that count now: those with which it began, or which the operator has accepted since then.
  ///
  /// - Parameter events: All that happened in the run.
  public func currentFiles(after events: [Event]) -> [RunFile] { FileEditions(self, events).current }
}

extension Array where Element == RunFile {
  /// These files, and of the others the modules that are not among them.
  func adding(modulesOf others: [RunFile]) -> [RunFile] {
    self + others.filter { other in other.role == .module && !contains { $0.role == .module && $0.name == other.name } }
  }
}
