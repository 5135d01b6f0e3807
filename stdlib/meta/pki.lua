---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- The swarm's certificates and join tokens. Nothing here changes anything.
---@class pki
pki = {}

--- What a join token says besides its secret.
--- Computes only: allowed anywhere.
---@param token Secret|string The join token.
---@return { version: integer, fips: boolean, root_digest: string } result Its version, and the SHA-256 of the swarm's root certificates as hexadecimal digits.
function pki.parse_token(token) end

--- Whether a join token belongs to root certificates.
--- Computes only: allowed anywhere.
---@param token Secret|string The join token.
---@param bundle string The root certificates, PEM, byte for byte.
---@return boolean result Whether it does.
function pki.token_matches(token, bundle) end

--- What root certificates say. There are several while the swarm's CA is being rotated.
--- Computes only: allowed anywhere.
---@param bundle string The root certificates, PEM, byte for byte.
---@return { digest: string, roots: { name: string, serial: string, not_before: number, not_after: number }[] } result The SHA-256 of the whole, as in join tokens, and each certificate; times are seconds since 1970.
function pki.parse_roots(bundle) end

---@class (exact) pki.parse_certificate.options
---@field at number The time for which it is checked, in seconds since 1970.

--- What a node certificate says, and whether root certificates vouch for it.
--- Computes only: allowed anywhere.
---@param certificate string The node's certificate, PEM, with those that lead to the root.
---@param bundle string The root certificates, PEM, byte for byte.
---@param options pki.parse_certificate.options Named options.
---@return { swarm: string, role: string, node_id: string, serial: string, issuer: string, not_before: number, not_after: number, days_left: number, is_expired: boolean, renews_from: number, renews_until: number, is_renewal_overdue: boolean, is_trusted: boolean, trouble: string, root_digest: string } result What it says; times are seconds since 1970. The node renews it at a moment between `renews_from` and `renews_until`, which are 50 and 80 percent of its time. `trouble` says why it is not trusted, and is empty otherwise. `root_digest` is of the root certificates that it was verified with.
function pki.parse_certificate(certificate, bundle, options) end

---@class (exact) pki.certificate.options
---@field data_root? string The engine's data folder; by default the one that the engine reports.

--- A host's own node certificate, read from its engine's folder and verified with the root certificates beside it. Its key is not read.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param options? pki.certificate.options Named options.
---@return { swarm: string, role: string, node_id: string, serial: string, issuer: string, not_before: number, not_after: number, days_left: number, is_expired: boolean, renews_from: number, renews_until: number, is_renewal_overdue: boolean, is_trusted: boolean, trouble: string, root_digest: string } result What it says; times are seconds since 1970. The node renews it at a moment between `renews_from` and `renews_until`, which are 50 and 80 percent of its time. `trouble` says why it is not trusted, and is empty otherwise. `root_digest` is of the root certificates that it was verified with.
function pki.certificate(host, options) end

---@class (exact) pki.presented_root.options
---@field port? integer The swarm port. (default: 2377)
---@field token? Secret|string A join token; the swarm that answers must be the one it is for.
---@field timeout? Duration How long to wait at most. (default: 15)

--- Asks a manager's swarm port for its swarm's root certificates before the manager is trusted, as a host does that
--- is about to join. The host makes the connection, so the joining host's own path to the manager is tested.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host that makes the connection.
---@param address string The manager's address.
---@param options? pki.presented_root.options Named options.
---@return { root_digest: string, bundle: string, matches?: boolean, swarm: string, node_id: string, not_after: number, is_trusted: boolean, trouble: string } result The root certificates and their digest; whether the token is for them, when one was given; the manager's own certificate, and why the shown root certificates don't vouch for it, empty when they do.
function pki.presented_root(host, address, options) end

--- Which root certificates every node of a swarm trusts, as its managers know it and, for hosts of the inventory, as
--- the host's own file says: to follow a rotation of the swarm's CA, and to find the node that holds it up.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param manager Host|string|(Host|string)[] A manager of the swarm, or several; the first that answers is asked.
---@return { digest: string, is_rotating: boolean, agree: boolean, nodes: { id: string, host?: string, hostname: string, state: string, digest: string, file_digest?: string, agrees: boolean, trouble: string }[] } result The digest that the swarm wants, and each node's. `file_digest` is missing for nodes that are not hosts of the inventory, or where the file can't be read; `trouble` says why a node does not agree.
function pki.trust_roots(manager) end
