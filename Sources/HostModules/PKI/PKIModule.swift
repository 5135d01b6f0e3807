import Engine
import Values

/// `pki`: join tokens, root certificates and node certificates.
struct PKIModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "pki", "The swarm's certificates and join tokens. Nothing here changes anything.",
      [
        parseToken, tokenMatches, parseRoots, parseCertificate, certificate, presentedRoot, trustRoots,
      ])
  }
}
