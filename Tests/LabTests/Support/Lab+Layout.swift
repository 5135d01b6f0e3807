import Foundation

extension Lab {
  /// How the stack is laid out, as the plain docker command tells it on every appliance, in words that are the same in
  /// two labs: the swarm's members with roles and labels, the services with what they are made of, the tasks that are
  /// to run and where they do, and the containers of each appliance.
  func layout() async throws -> [String: String] {
    try await withThrowingTaskGroup(of: (String, String).self) { group in
      for host in Self.hosts {
        group.addTask { (host, try await execute(on: host, ["bash", "-c", Self.layoutScript]).output()) }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }

  private static let layoutScript = """
    set -e -o pipefail
    docker info -f 'swarm: {{.Swarm.LocalNodeState}}, manager: {{.Swarm.ControlAvailable}}'
    docker ps --format '{{.Label "com.docker.swarm.service.name"}}' | sort | sed 's/^/container of /'
    [[ $(docker info -f '{{.Swarm.ControlAvailable}}') == true ]] || exit 0
    docker node ls --format '{{.ID}}' | xargs docker node inspect -f \\
      'node {{.Description.Hostname}} {{.Status.Addr}} {{.Status.State}} {{json .Spec}}' | sort
    # Without the stack there are no tasks, and that is said as such.
    { docker stack ps da --filter desired-state=running --format 'task {{.Name}} {{.Node}} {{.CurrentState}}' || echo 'no stack'; } |
      awk '{ sub(/[.].*/, "", $2); print $1, $2, $3, $4 }' | sort
    docker stack services da -q | xargs -r docker service inspect -f \\
      'service {{.Spec.Name}} {{json .Spec.TaskTemplate.ContainerSpec}} {{json .Spec.TaskTemplate.Placement}} {{json .Spec.Mode}} {{json .Spec.EndpointSpec}}' |
      sort
    docker network ls --filter driver=overlay --format 'network {{.Name}}' | sort
    """
}
