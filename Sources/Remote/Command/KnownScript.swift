/// The scripts that this program itself runs on hosts, as one set: what is carried out on a host without a shell must
/// know each.
package enum KnownScript: String, Sendable, CaseIterable {
  case readFile, writeFile, flushFile, lookForFile, removeFile, fileDigest
  case transferDigest, transferLook, transferReceive, transferSend
  case prepareJobs, launchJob, followJob, terminateJob, removeJobs
  case takeLock, renewLock, releaseLock
  case hostFacts, probePort, probeFromNamespace, lookAtEngine, changeEngine, openTunnel

  private var text: String {
    switch self {
    case .readFile: RemoteFiles.preamble + RemoteFiles.reading
    case .writeFile: RemoteFiles.preamble + RemoteFiles.writing
    case .flushFile: RemoteFiles.preamble + FlushScript.script
    case .lookForFile: RemoteFiles.preamble + RemoteFiles.looking
    case .removeFile: RemoteFiles.preamble + RemoteFiles.removing
    case .fileDigest: RemoteFiles.preamble + RemoteFiles.digesting
    case .transferDigest: RemoteFiles.preamble + FileDigest.functions + FileDigest.telling
    case .transferLook: FileTransfer.preamble + FileTransfer.looking
    case .transferReceive: FileTransfer.preamble + FileTransfer.receiving
    case .transferSend: FileTransfer.preamble + FileTransfer.sending
    case .prepareJobs: JobScript.prepare
    case .launchJob: JobScript.launch
    case .followJob: JobScript.follow
    case .terminateJob: JobScript.terminate
    case .removeJobs: JobScript.remove
    case .takeLock: HostLockScript.take
    case .renewLock: HostLockScript.renew
    case .releaseLock: HostLockScript.release
    case .hostFacts: HostFactsReader.script
    case .probePort: PortProbe.script
    case .probeFromNamespace: NamespaceProbe.script
    case .lookAtEngine: EngineService.lookScript
    case .changeEngine: EngineService.changeScript
    case .openTunnel: Tunnel.script
    }
  }

  /// The command that runs it.
  package func command(_ arguments: [String], stdin: [UInt8], sudo: Bool) -> RemoteCommand {
    .shell(text, arguments: arguments, sudo: sudo, stdin: stdin)
  }

  /// Whether it changes something on the host.
  package var changes: Bool {
    switch self {
    case .writeFile, .removeFile, .transferReceive, .prepareJobs, .launchJob, .terminateJob, .removeJobs, .takeLock,
      .renewLock,
      .releaseLock, .changeEngine:
      true
    default: false
    }
  }

  private static let byText = Dictionary(uniqueKeysWithValues: allCases.map { ($0.text, $0) })

  /// Which of them a command is, with what the script sees as `$1`, `$2` and so on; `nil` for any other command.
  package static func recognise(_ command: RemoteCommand) -> (script: KnownScript, arguments: [String])? {
    let argv = command.argv
    guard argv.count >= 4, argv[0] == "sh", argv[1] == "-c", let script = byText[argv[2]] else { return nil }
    return (script, Array(argv.dropFirst(4)))
  }
}
