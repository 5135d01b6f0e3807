/// What the hosts have in common that stand in the same groups by themselves. There may be thousands of such hosts, and
/// groups hold each other: it is found out once for all of them.
struct AnsibleMembership: Sendable {
  /// All groups, those that hold their own groups included, without `all`: the outermost first, as Ansible orders them
  /// where they say different things. They are places in ``AnsibleInventory/groupNames``.
  let groups: [Int]
  /// What these groups and `all` say; what stands nearer to the host wins.
  let variables: [String: AnsibleValue]
  /// How much was looked at to find it out.
  let effort: Int
}
