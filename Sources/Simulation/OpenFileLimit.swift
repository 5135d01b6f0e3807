#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many files and sockets this process may have open. Each connection to a simulated engine has both its ends here.
enum OpenFileLimit {
  /// Takes as much as the system allows, up to what a hundred thousand connections need. Root may have more than the
  /// limit that it was started with.
  ///
  /// - Returns: how many it may have now; `nil` when that is not known.
  static func raise() -> Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
      let most = rlim_t(200_000)
    #else
      let kind = RLIMIT_NOFILE
      let most = rlim_t(OPEN_MAX)
    #endif
    guard getrlimit(kind, &limit) == 0 else { return nil }
    if limit.rlim_cur >= most { return Int(clamping: limit.rlim_cur) }
    var wanted = rlimit(rlim_cur: most, rlim_max: max(most, limit.rlim_max))
    if setrlimit(kind, &wanted) == 0 { return Int(clamping: most) }
    wanted = rlimit(rlim_cur: min(limit.rlim_max, most), rlim_max: limit.rlim_max)
    return Int(clamping: setrlimit(kind, &wanted) == 0 ? wanted.rlim_cur : limit.rlim_cur)
  }
}
