#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

enum BrokenPipe {
  /// Makes a write to a child that has ended an error of that write, where it would end this whole program.
  static let ignore: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
}
