import Foundation
import SwarmModel
import SwarmPKI
import Values

/// The folder in which a simulated engine keeps its part in a swarm, as far as callers read it.
///
/// An engine that runs keeps all in the model, and its certificates are made on demand. When it is stopped, what it
/// knows is written down; when it starts, the folder counts: one that is gone leaves it in no swarm, and another state
/// that was put there makes it what it was then.
struct EngineFolder {
  static let path = "/var/lib/docker/swarm"
  private static let certificates = path + "/certificates"
  private static let state = path + "/raft/state.json"

  let host: String
  let swarm: SwarmWorld

  /// Makes the certificates be there, and be this node's.
  func provideCertificates(on machine: inout Machine) {
    let names = ["swarm-root-ca.crt", "swarm-node.crt"]
    guard swarm.engines[host]?.isRunning == true else { return }
    guard let membership = swarm.engines[host]?.membership, let authority = swarm.authority(of: host) else {
      for name in names { machine.files["\(Self.certificates)/\(name)"] = nil }
      return
    }
    machine.files["\(Self.certificates)/\(names[0])"] = .init(contents: Array(authority.certificate.utf8))
    let place = "\(Self.certificates)/\(names[1])"
    let isOwn =
      machine.files[place].map { String(decoding: $0.contents, as: UTF8.self) }
      .flatMap { try? NodeCertificate.parse(pem: $0) }
      .map { $0.nodeID == membership.nodeID && ($0.role == .manager) == membership.isManager } == true
    guard let (issuedAt, lifetime) = swarm.certificate(of: host) else { return }
    // A new root certificate signs again.
    if isOwn, machine.certificateRoot == authority.certificate, machine.certificateIssuedAt == issuedAt { return }
    var (begin, end) = Self.validity(issuedAt + (swarm.engines[host]?.clockOffset ?? 0), lifetime)
    if let first = machine.firstCertificate, first.node == membership.nodeID, swarm.hasFirstRoot(host) {
      end = Date(timeIntervalSince1970: first.ends)
      // One with its whole time left was issued before now all the same.
      begin = min(begin, end.addingTimeInterval(-lifetime))
    }
    machine.firstCertificate = nil
    machine.certificateRoot = authority.certificate
    machine.certificateIssuedAt = issuedAt
    let certificate = try? authority.issue(
      swarm: membership.cluster, node: membership.nodeID, isManager: membership.isManager, from: begin,
      to: end)
    machine.files[place] = certificate.map { .init(contents: Array($0.certificate.utf8)) }
  }

  /// From an hour before the moment of issue, as an engine dates it back, and to the lifetime after it.
  static func validity(_ issuedAt: Double, _ lifetime: Double) -> (begin: Date, end: Date) {
    (Date(timeIntervalSince1970: issuedAt - 3600), Date(timeIntervalSince1970: issuedAt + lifetime))
  }

  /// Stops the engine, and writes down what it knows. One that is stopped already has nothing to say to its folder.
  func stop(on machine: inout Machine) {
    guard swarm.engines[host]?.isRunning == true else { return }
    provideCertificates(on: &machine)
    if let membership = swarm.engines[host]?.membership {
      let isLocking = swarm.isAutolocked(host)
      func write(_ name: String, _ text: String) {
        machine.files["\(Self.path)/\(name)"] = .init(contents: Array(text.utf8), mode: 0o600)
      }
      // The simulated node's key is of no use: it only shows whether it is locked.
      let kind = isLocking ? "ENCRYPTED PRIVATE KEY" : "PRIVATE KEY"
      write("certificates/swarm-node.key", "-----BEGIN \(kind)-----\nsimulated\n-----END \(kind)-----\n")
      write("docker-state.json", "{\"LocalAddr\":\"\(membership.address)\"}\n")
      write("state.json", (try? JSON.encode(swarm.knownManagers(host), secrets: .refused)) ?? "[]")
      let saved = swarm.savedState(of: host).flatMap { try? JSON.encode($0, secrets: .refused) }
      machine.files[Self.state] = saved.map { .init(contents: Array($0.utf8), mode: 0o600) }
    } else {
      machine.remove(Self.path)
    }
    machine.stateAtStop = machine.files[Self.state]?.contents
    machine.hadStateAtStop = machine.isFolder(Self.path)
    swarm.setRunning(false, host)
  }

  /// Starts the engine with what is in the folder now.
  func start(on machine: inout Machine) {
    if swarm.engines[host]?.isRunning == false {
      let present = machine.files[Self.state]?.contents
      if machine.hadStateAtStop, !machine.isFolder(Self.path) {
        swarm.dropState(of: host)
      } else if let present, present != machine.stateAtStop, let saved = try? JSON.decode(present) {
        swarm.restore(saved, on: host)
      }
    }
    swarm.setRunning(true, host)
  }
}
