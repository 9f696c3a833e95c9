// Everything oidc-provider wants kept, in maps; gone when the process ends.
import type { Adapter, AdapterPayload } from 'oidc-provider'

export interface InMemoryStore {
  /** The part of the store for one of oidc-provider's models, as its `adapter` option wants it. */
  adapterFor(model: string): Adapter
  /** Removes a grant and every token and code that came from it. */
  revokeGrant(grantId: string): void
  /** Removes every access token it holds; JWTs are not held. */
  removeAccessTokens(): void
  /** Signs a person's browsers out of the issuer itself (its own cookie session). */
  endBrowserSessions(subject: string | undefined): void
}

interface Entry {
  payload: AdapterPayload
  /** Epoch milliseconds. */
  expiresAt: number
}

const sweepEvery = 500

export function createInMemoryStore(): InMemoryStore {
  const models = new Map<string, Map<string, Entry>>()
  let writes = 0

  function entriesOf(model: string): Map<string, Entry> {
    const entries = models.get(model) ?? new Map<string, Entry>()
    models.set(model, entries)
    return entries
  }

  function removeWhere(stores: Iterable<Map<string, Entry>>, matches: (entry: Entry) => boolean) {
    for (const entries of stores) {
      for (const [id, entry] of entries) if (matches(entry)) entries.delete(id)
    }
  }

  function revokeGrant(grantId: string): void {
    removeWhere(models.values(), ({ payload }) => payload.grantId === grantId)
    entriesOf('Grant').delete(grantId)
  }

  function adapterFor(model: string): Adapter {
    const entries = entriesOf(model)

    function read(id: string): AdapterPayload | undefined {
      const entry = entries.get(id)
      if (!entry || entry.expiresAt <= Date.now()) return undefined
      // A copy: oidc-provider keeps working on what it was given.
      return structuredClone(entry.payload)
    }

    function readWhere(matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
      for (const [id, { payload }] of entries) if (matches(payload)) return read(id)
      return undefined
    }

    return {
      async upsert(id, payload, expiresIn) {
        const expiresAt = expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000
        entries.set(id, { payload: structuredClone(payload), expiresAt })
        writes += 1
        if (writes % sweepEvery === 0) {
          removeWhere(models.values(), (entry) => entry.expiresAt <= Date.now())
        }
      },
      async find(id) {
        return read(id)
      },
      async findByUid(uid) {
        return readWhere((payload) => payload.uid === uid)
      },
      async findByUserCode(userCode) {
        return readWhere((payload) => payload.userCode === userCode)
      },
      async consume(id) {
        const entry = entries.get(id)
        if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        entries.delete(id)
      },
      async revokeByGrantId(grantId) {
        removeWhere([entries], ({ payload }) => payload.grantId === grantId)
      },
    }
  }

  function endBrowserSessions(subject: string | undefined): void {
    removeWhere(
      [entriesOf('Session')],
      ({ payload }) => subject === undefined || payload.accountId === subject,
    )
  }

  return {
    adapterFor,
    revokeGrant,
    removeAccessTokens: () => entriesOf('AccessToken').clear(),
    endBrowserSessions,
  }
}
