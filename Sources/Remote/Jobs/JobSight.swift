/// What a session says last about a job.
enum JobSight: Equatable {
  /// There is no trace of it; the mark of the run's folder, a dash where it has none, and the host's boot.
  case unknown(mark: String, boot: String)
  case running
  /// There is more output than one session reports.
  case more
  /// It runs longer than it may.
  case overdue
  /// It has written more than is kept.
  case flood
  case finished(status: Int32, isOverdue: Bool)
  /// It has ended, and not all that it wrote could be kept.
  case cut(status: Int32)
  case lost(JobLoss)

  init?(_ words: [String]) {
    switch (words.first, words.count) {
    case ("unknown", 3): self = .unknown(mark: words[1], boot: words[2])
    case ("running", 1): self = .running
    case ("more", 1): self = .more
    case ("overdue", 1): self = .overdue
    case ("flood", 1): self = .flood
    case ("finished", 2), ("finished", 3):
      let mark = "-cut", isCut = words[1].hasSuffix(mark)
      guard let status = Int32(words[1].dropLast(isCut ? mark.count : 0)) else { return nil }
      if isCut, words.count == 2 {
        self = .cut(status: status)
        return
      }
      self = .finished(status: status, isOverdue: words.last == "overdue")
    case ("lost", 2):
      guard let loss = JobLoss(rawValue: words[1]) else { return nil }
      self = .lost(loss)
    default: return nil
    }
  }
}
