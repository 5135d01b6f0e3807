import Foundation

/// What the tests start from.
enum Samples {
  /// The repository, found from this file.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let inventory = """
    stack:
      name: da
      directory: /opt/nexus/docker-compose
      files: [docker-compose.yml, network.yml, versiontag.yml]
      deploy_options: [--resolve-image, never]
    sudo: true
    hosts:
      da1: { address: 10.77.0.1, role: manager, services: [admin, policy, authentication, distribution, postgres] }
      da2: { address: 10.77.0.2, role: worker, services: [accesspoint] }
    """
}
