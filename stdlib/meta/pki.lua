---@meta
-- Generated from the module's own description; see CONTRIBUTING.md.

--- The swarm's certificates and join tokens.
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

---@class (exact) pki.certificate.options
---@field data_root? string The engine's data folder; as the engine tells it where it is left out.

--- A host's own node certificate, read from its engine's folder.
--- Reads only: allowed in steps, in their checks, and in a plan.
---@param host Host|string The host.
---@param options? pki.certificate.options Named options.
---@return { swarm: string, role: string, node_id: string, serial: string, issuer: string, not_before: number, not_after: number } result What it says; times are seconds since 1970.
function pki.certificate(host, options) end
