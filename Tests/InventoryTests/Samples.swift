/// Inventories that the tests start from.
enum Samples {
  static let head = "stack: { name: da, directory: /opt/da }\n"

  static let example = """
    stack:
      name: da
      directory: /opt/nexus/docker-compose
      files: [docker-compose.yml, network.yml, versiontag.yml]
      deploy_options: [--resolve-image, never]      # passed on to docker stack deploy
    ssh: { user: agadmin, config: ./ssh_config }    # all optional
    sudo: true
    hosts:
      da1: { address: 10.77.0.1, role: manager, services: [admin, policy, authentication, distribution, postgres] }
      da2: { address: 10.77.0.2, role: worker, services: [accesspoint] }

    """
}
