import Journal

/// The state of each host before and after a run, for the template.
struct SwarmRows {
  let members: [String: Any]

  init(before: SwarmSnapshot?, after: SwarmSnapshot?) {
    let old = before?.standings ?? [], new = after?.standings ?? []
    let names = old.map(\.name) + new.map(\.name).filter { name in !old.contains { $0.name == name } }
    members = [
      "isEmpty": before == nil, "hasAfter": after != nil,
      "rows": names.map { name -> [String: Any] in
        let was = old.first { $0.name == name }, now = new.first { $0.name == name }
        return [
          "name": name, "isChanged": after != nil && was != now,
          "columns": after == nil ? [Self.cell(was)] : [Self.cell(was), Self.cell(now)],
        ]
      },
    ]
  }

  private static func cell(_ status: HostStatus?) -> [String: Any] {
    guard let status else { return [:] }
    let remarks = [
      status.availability.flatMap { $0 == "active" ? nil : $0 }, status.state.flatMap { $0 == "ready" ? nil : $0 },
    ]
    return [
      "status": [
        "position": status.position, "remark": remarks.compactMap(\.self).joined(separator: ", "),
        "services": status.services, "labels": status.labels.map { "\($0)=\($1)" }.sorted(),
      ] as [String: Any]
    ]
  }
}
