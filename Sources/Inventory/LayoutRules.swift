import Values
import YAMLTree

/// What must hold between the hosts: how many managers, who hosts what, and that no two hosts are one.
struct LayoutRules {
  let drafts: [HostDraft]
  /// Whether each entry under `hosts` could be read; else what seems to be missing may be in one that could not.
  let isComplete: Bool
  /// How many managers there must be.
  let managers: Int
  /// The services that must be hosted.
  let services: [String]
  /// Where the file names those services, if it does.
  let requiredLocation: SourceLocation?
  /// Where the hosts begin.
  let hostsLocation: SourceLocation?

  func check(_ problems: inout Problems) {
    guard let hostsLocation else { return }
    guard !drafts.isEmpty else {
      guard isComplete else { return }
      problems.add(
        "inventory.no_hosts", "the inventory names no hosts", at: hostsLocation, hint: "add at least the manager")
      return
    }
    checkNames(&problems)
    checkAddresses(&problems)
    checkManagers(hostsLocation, &problems)
    checkServices(hostsLocation, &problems)
    checkSingleService(&problems)
  }

  private func checkNames(_ problems: inout Problems) {
    var seen: [String: HostDraft] = [:]
    for draft in drafts {
      if let other = seen.updateValue(draft, forKey: draft.name.lowercased()) {
        problems.add(
          "inventory.duplicate", "the host names '\(other.name)' and '\(draft.name)' differ in case only",
          at: draft.location, hint: "give the hosts names that can't be taken for each other")
      }
    }
  }

  private func checkManagers(_ hostsLocation: SourceLocation, _ problems: inout Problems) {
    let found = drafts.filter { $0.role == .manager }
    // A host whose role could not be read is reported already and may be the missing one.
    let unknown = !isComplete || drafts.contains { $0.role == nil }
    if found.isEmpty, !unknown {
      problems.add(
        "inventory.no_manager", "no host has the role manager", at: hostsLocation,
        hint: "write 'role: manager' at the host that is to host the administration service")
    } else if found.count > managers {
      let names = found.map(\.name).joined(separator: ", ")
      problems.add(
        "inventory.managers",
        "\(found.count) hosts have the role manager (\(names)), but the number of managers is \(managers)",
        at: found[managers].node["role"]?.location ?? found[managers].location,
        hint: "make it a worker, or write 'managers: \(found.count)' at the top if there should be that many")
    } else if found.count < managers, !unknown, !found.isEmpty {
      problems.add(
        "inventory.managers", "only \(found.count) of the \(managers) managers have a host",
        at: hostsLocation,
        hint: "give more hosts the role manager, or correct 'managers'")
    }
  }

  private func checkServices(_ hostsLocation: SourceLocation, _ problems: inout Problems) {
    let known = (services.isEmpty ? InventorySchema.defaultServices : services) + InventorySchema.optionalServices
    let isKnown = Set(known)
    let names = known.prefix(20).joined(separator: ", ") + (known.count > 20 ? " and \(known.count - 20) more" : "")
    var hosted: Set<String> = []
    var isMisspelt: Set<String> = []
    for draft in drafts {
      var own: Set<String> = []
      for (service, location) in draft.services {
        if !own.insert(service).inserted {
          problems.add(
            "inventory.duplicate", "'\(draft.name)' has the service '\(service)' twice", at: location,
            hint: "name it once")
        }
        if isKnown.contains(service) {
          hosted.insert(service)
          continue
        }
        let nearest = problems.isFull || known.count > 1000 ? nil : Suggestion.closest(to: service, among: known)
        if let nearest { isMisspelt.insert(nearest) }
        problems.add(
          "inventory.unknown_service", "'\(draft.name)' has a service '\(service)' that is not known", at: location,
          hint: nearest.map { "did you mean '\($0)'?" }
            ?? "the services are \(names); name others in 'services' at the top")
      }
    }
    // A list of services that could not be read may hold what seems to be missing.
    guard isComplete, drafts.allSatisfy({ $0.isWholeServicesList }) else { return }
    for service in services where !hosted.contains(service) && !isMisspelt.contains(service) {
      problems.add(
        "inventory.unhosted_service", "no host has the service '\(service)'", at: requiredLocation ?? hostsLocation,
        hint: "add it to the 'services' of a host, or leave it out of 'services' at the top of the file")
    }
  }

  private func checkSingleService(_ problems: inout Problems) {
    let single = InventorySchema.singleService
    let holders = drafts.compactMap { draft in
      draft.services.first { $0.name == single }.map { (draft: draft, location: $0.location) }
    }
    if holders.count > 1 {
      let names = holders.map(\.draft.name).joined(separator: ", ")
      problems.add(
        "inventory.two_admins", "\(holders.count) hosts have the service '\(single)' (\(names)); there is exactly one",
        at: holders[1].location, hint: "leave it on the manager only")
    } else if let holder = holders.first, holder.draft.role == .worker {
      problems.add(
        "inventory.admin_not_on_manager", "the service '\(single)' is on the worker '\(holder.draft.name)'",
        at: holder.location, hint: "move it to the manager: the administration service runs there only")
    }
  }

  private func checkAddresses(_ problems: inout Problems) {
    var reached: [String: HostDraft] = [:]
    var advertised: [String: HostDraft] = [:]
    var local: HostDraft?
    for draft in drafts {
      if draft.connection == .local {
        if let local {
          problems.add(
            "inventory.duplicate", "'\(local.name)' and '\(draft.name)' are both this machine", at: draft.location,
            hint: "keep 'connection: local' at one host")
        }
        local = draft
      }
      checkPresence(of: draft, &problems)
      guard let address = draft.address else { continue }
      let same = reached.updateValue(draft, forKey: "\(canonical(address)) \(draft.ssh.port ?? 22)")
      let twin = same ?? advertised[canonical(draft.advertiseAddress ?? address)]
      advertised[canonical(draft.advertiseAddress ?? address)] = draft
      if let twin {
        let text = same == nil ? draft.advertiseAddress ?? address : address
        problems.add(
          "inventory.duplicate", "'\(twin.name)' and '\(draft.name)' have the same address \(text)",
          at: (draft.node["address"] ?? draft.node).location, hint: "give each host its own address")
      }
    }
  }

  private func checkPresence(of draft: HostDraft, _ problems: inout Problems) {
    guard draft.address == nil, !draft.isAddressWrong else { return }
    if draft.connection == .ssh {
      problems.add(
        "inventory.missing_address", "'\(draft.name)' has no address", at: draft.location,
        hint: "add 'address': the IP address or host name at which it is reached")
    } else if drafts.count > 1, draft.advertiseAddress == nil {
      problems.add(
        "inventory.missing_address", "'\(draft.name)' is local, but the other hosts need an address for it",
        at: draft.location, hint: "add 'address': the IP address at which the other hosts reach this machine")
    }
  }

  private func canonical(_ address: String) -> String {
    IPAddress(address)?.canonicalText ?? address.lowercased()
  }
}
