import Foundation

/// Where in the journal a sealed secret is. It is sealed for that place alone: moved to another run, event or name, it
/// can't be opened.
struct SealedPlace: Sendable, Hashable {
  /// The run's ID.
  var run: String
  /// The event's number; 0 for the record of the run itself.
  var sequence: Int64
  /// The event's kind, or `parameters`.
  var kind: String
  /// The step's path, or the name of a recorded value.
  var path: String?
  /// The names and numbers that lead to it inside of the data.
  var members: [String] = []

  /// The place of a member.
  func member(_ name: String) -> SealedPlace {
    var place = self
    place.members.append(name)
    return place
  }

  /// The place as the bytes that a seal vouches for. No two places have the same ones: each part follows its length.
  var bytes: Data {
    var data = Data("runbook secret 2".utf8)
    for part in [run, String(sequence), kind, path.map { "=" + $0 } ?? ""] + members {
      data.append(Data("\(part.utf8.count):\(part)".utf8))
    }
    return data
  }
}

extension SealedPlace {
  /// In an event of a run.
  init(_ event: Event, of run: String) {
    self.init(run: run, sequence: event.sequence, kind: event.kind.rawValue, path: event.path)
  }

  /// In the record of a run.
  init(parametersOf run: String) { self.init(run: run, sequence: 0, kind: "parameters", path: nil) }
}
