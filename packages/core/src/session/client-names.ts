/** Names that all tabs and all versions of the library share: a wire format (docs/wire-format.md). No version in any of them. */

export interface ClientNames {
  /** Web Lock (the queue), channel and localStorage marker. */
  readonly shared: string
  /** Key of the session record. */
  readonly session: string
  /** Key of the pending authorization requests. */
  readonly requests: string
  /** Key of the cached metadata and JWKS. */
  readonly metadata: string
  /** Key of the last activity, with `idleTimeoutMs`. */
  readonly activity: string
}

export function clientNames(issuer: string, clientId: string, name: string): ClientNames {
  const client = `${issuer} ${clientId} ${name}`
  return {
    shared: `latchkey:${client}`,
    session: `session:${client}`,
    requests: `requests:${client}`,
    metadata: `metadata:${client}`,
    activity: `activity:${client}`,
  }
}

/**
 * What the `state` of a client's requests begins with: a response can be told apart before anything is read. Clients that share a
 * redirect URI need names of their own.
 */
export function statePrefix(name = ''): string {
  return `lk.${name}.`
}
