#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system said when something could not be done with a file of this machine.
public struct LocalFileProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// What failed, as a verb: `write`.
  public let verb: String
  /// The file or folder.
  public let path: String
  /// The system's number.
  public let error: Int32

  init(_ verb: String, _ path: String, _ error: Int32) {
    self.verb = verb
    self.path = path
    self.error = error
  }

  /// The system's own words.
  public var cause: String { String(cString: strerror(error)) }
  /// One sentence.
  public var description: String { "could not \(verb) \(path): \(cause)" }
}
