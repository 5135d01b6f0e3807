import Glibc

/// Two connected sockets. Neither is inherited by a command that is started meanwhile.
func socketPair() -> (ours: CInt, theirs: CInt) {
  let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  var pair: [CInt] = [0, 0]
  precondition(socketpair(AF_UNIX, kind, 0, &pair) == 0, "no socket pair")
  return (pair[0], pair[1])
}
