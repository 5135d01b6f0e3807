/// The texts of the files that are not copies.
enum ProjectTexts {
  static let inventory = """
    # The hosts, and what belongs where. Check it with: runbook inventory check
    stack:
      name: da
      directory: /opt/nexus/docker-compose       # on the manager
      files: [docker-compose.yml, network.yml, versiontag.yml]

    sudo: true                                   # docker needs sudo on these hosts
    # ssh: { user: agadmin }                     # the rest comes from your own ssh configuration

    hosts:
      da1:
        address: 10.77.0.1
        role: manager
        services: [admin, distribution, postgres]
      da2:
        address: 10.77.0.2
        role: worker
        services: [accesspoint]
      da3:
        address: 10.77.0.3
        role: worker
        services: [policy, authentication]

    """

  static let editor = """
    {
      "$schema": "https://raw.githubusercontent.com/LuaLS/vscode-lua/master/setting/schema.json",
      "runtime.version": "Lua 5.4",
      "runtime.path": ["stdlib/?.lua"],
      "runtime.pathStrict": true,
      "runtime.builtin": { "io": "disable", "os": "disable", "debug": "disable", "package": "disable" },
      "workspace.library": ["stdlib/meta"],
      "workspace.checkThirdParty": false
    }

    """

  static let ignored = """
    # Files that a run writes: state (with --state or RUNBOOK_STATE in this folder), reports, archives.
    /state/
    /runbook-*.html
    /runbook-*.jsonl
    # Keys and secrets do not belong here.
    *.key
    *.pem
    .env

    """

  static let readme = """
    # Runbooks

    Created by `runbook init`, version \(Version.text). `runbooks/` and `stdlib/` are copies of what that version
    ships; in this folder they are used instead of the shipped ones. To use a shipped one again, delete its copy.

    1. Describe the hosts in `inventory.yaml`, or generate it: `runbook inventory from-swarm MANAGER`,
       `runbook inventory from-ansible FILE`.
    2. `runbook inventory check` shows what is wrong with it. `runbook doctor -i inventory.yaml` checks this machine and
       the hosts.
    3. `runbook plan distribute.lua -i inventory.yaml` shows each step, and changes nothing.
    4. `runbook run distribute.lua -i inventory.yaml`. After a lost connection: `runbook resume`.

    Editors with the Lua language server complete and check runbooks with `.luarc.json`.

    """
}
