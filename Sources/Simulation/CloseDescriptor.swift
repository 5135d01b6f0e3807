#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Closes a socket that nothing is served on.
func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }
