/// A way in which a distributed layout can differ from the inventory, with what verify.lua is to say of it.
struct BrokenLayout: Sendable {
  /// What is wrong.
  let name: String
  /// How it is broken and mended: bash scripts that run inside an appliance.
  let breaking: Script
  /// `nil` where the next one mends it, or goes on from it.
  let mending: Script?
  /// A part of what verify.lua says of it.
  let finding: String
  /// A host that the inventory leaves out.
  var without: String?

  /// A bash script for an appliance.
  struct Script: Sendable {
    let host: String
    let text: String
  }

  init(
    _ name: String, on host: String = "da1", _ breaking: String, mend mending: String? = nil, finding: String,
    without: String? = nil
  ) {
    self.name = name
    self.breaking = Script(host: host, text: breaking)
    self.mending = mending.map { Script(host: host, text: $0) }
    self.finding = finding
    self.without = without
  }

  private static let deploy = """
    cd /opt/nexus/docker-compose
    for try in $(seq 60); do
      docker stack deploy --resolve-image never -c docker-compose.yml -c network.yml -c versiontag.yml da && break
      sleep 0.5
    done
    """

  /// Waits until a command succeeds.
  private static func until(_ command: String) -> String {
    "for try in $(seq 240); do \(command) && exit 0; sleep 0.5; done; exit 1"
  }

  /// For the lab's inventory, see ``Distributed``; in this order.
  static let all: [BrokenLayout] = labels + services + nodes

  private static let labels = [
    BrokenLayout(
      "a label is missing", "docker node update --label-rm da-policy da3",
      mend: "docker node update --label-add da-policy=true da3",
      finding: "da3: it lacks the label da-policy=true"),
    BrokenLayout(
      "a label too many", "docker node update --label-add da-authentication=true da2",
      mend: "docker node update --label-rm da-authentication da2",
      finding: "da2: it carries the label da-authentication of a service that runs elsewhere"),
    BrokenLayout(
      "a second administration service", "docker node update --label-add da-admin=true da2",
      mend: "docker node update --label-rm da-admin da2",
      finding: "2 nodes carry da-admin (da1, da2), which exactly one must have"),
  ]

  private static let services = [
    BrokenLayout(
      "a service is scaled to nothing", "docker service scale --detach da_admin=0", mend: deploy,
      finding: "da_admin should run 0 times, the compose files say 1"),
    BrokenLayout(
      "a service is gone", "docker service rm da_authentication", mend: deploy,
      finding: "the service da_authentication of the compose files is not deployed"),
    BrokenLayout(
      "a service runs elsewhere",
      """
      docker service update --detach --constraint-rm 'node.labels.da-distribution == true' \
        --constraint-add 'node.labels.da-accesspoint == true' da_distribution
      """, mend: deploy,
      finding: "da_distribution is constrained to \"node.labels.da-accesspoint==true\", the compose files say"),
    BrokenLayout(
      "another version", "docker service update --detach --no-resolve-image --image nexus/da-policy:6.8.0 da_policy",
      mend: deploy,
      finding: "da_policy has the image nexus/da-policy:6.8.0, the compose files say nexus/da-policy:6.9.0"),
    BrokenLayout(
      "a service too many",
      """
      docker service create --detach --no-resolve-image --label com.docker.stack.namespace=da --replicas 0 \
        --name da_extra nexus/da-policy:6.9.0
      """, mend: "docker service rm da_extra",
      finding: "the service da_extra belongs to the stack, but is in none of the compose files"),
    BrokenLayout(
      "a service that does not become healthy",
      "docker service update --detach --health-cmd false da_postgres\n"
        + until("docker service ls --format '{{.Name}} {{.Replicas}}' | grep -qx 'da_postgres 0/1'"),
      mend: deploy, finding: "da_postgres runs 0 of 1 times"),
    BrokenLayout(
      "no stack", "docker stack rm da", mend: deploy, finding: "the stack da is not deployed"),
  ]

  private static let nodes = [
    BrokenLayout(
      "a node that is drained", "docker node update --availability drain da2",
      mend: "docker node update --availability active da2",
      finding: "da2: its node is drained, and takes no tasks"),
    BrokenLayout(
      "a node that is not a host of the inventory", "true",
      finding: "(da3, 10.77.0.3) is in the swarm, but not in the inventory", without: "da3"),
    BrokenLayout(
      "a worker that was made a manager", "docker node promote da2",
      mend: "docker node demote da2\n" + until("[[ $(docker node ls --format '{{.ManagerStatus}}') != *Reachable* ]]"),
      finding: "da2: it is a manager in the swarm, not a worker"),
    BrokenLayout(
      "certificates that expire soon",
      "docker swarm update --cert-expiry 1h && docker swarm ca --rotate --quiet >/dev/null",
      mend: "docker swarm update --cert-expiry 2160h && docker swarm ca --rotate --quiet >/dev/null",
      finding: "da3: its certificate expires in "),
    BrokenLayout(
      "a worker that has left", on: "da3", "docker swarm leave",
      finding: "da3: it is not part of the swarm of da1"),
    BrokenLayout(
      "an entry of a node that is gone",
      until("docker node ls --format '{{.Hostname}} {{.Status}}' | grep -qx 'da3 Down'"),
      mend: "docker node ls --format '{{.ID}} {{.Status}}' | awk '$2 == \"Down\" { print $1 }' | xargs docker node rm",
      finding: "(da3), which is down and not in the inventory"),
  ]
}
