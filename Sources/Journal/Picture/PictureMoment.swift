import Values

/// When a picture of the swarms was taken.
public enum PictureMoment: String, Sendable, Hashable {
  /// Before the run changed anything.
  case before
  /// After an execution of the run.
  case after
}

extension Sequence<Event> {
  /// The first picture from before a run, or the last one from after it; `nil` where there is none.
  public func picture(_ moment: PictureMoment) -> SwarmPicture? {
    let pictures = filter { $0.kind == .runPictured && $0.payload["moment"]?.stringValue == moment.rawValue }
    return SwarmPicture((moment == .before ? pictures.first : pictures.last)?.payload["picture"])
  }
}
