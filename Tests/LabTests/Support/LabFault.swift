/// What can go wrong with an appliance, and how it is mended; the names are those of `lab fault`.
enum LabFault: String, Sendable {
  case powerOff = "power-off"
  case powerOn = "power-on"
  case cableCut = "cable-cut"
  case cableMend = "cable-mend"
  case engineStop = "engine-stop"
  case engineStart = "engine-start"
  case sshStop = "ssh-stop"
  case sshStart = "ssh-start"
  case sudoPassword = "sudo-password"
  case sudoFree = "sudo-free"
  case keyChange = "key-change"
  case keyRestore = "key-restore"
  /// Takes a port: `"2377"`, `"4789/udp"`; then `"drop"` (the default) or `"reject"`.
  case portBlock = "port-block"
  /// Takes what ``portBlock`` took.
  case portOpen = "port-open"
  /// Takes seconds; it changes what the appliance's `date` command says, and `"0"` mends it.
  case clockSkew = "clock-skew"
}
