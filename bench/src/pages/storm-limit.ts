// The least a storm can cost in this browser: the same requests by bare axios, the one refresh between them by hand.
import axios from 'axios'
import type { ReferenceClient } from '../contenders/reference/reference-client.js'
import type { StormKind, StormOutcome } from './bench-window.js'
import { countOutcomes } from './storm.js'

export async function runLimit(
  client: ReferenceClient,
  path: string,
  count: number,
  kind: StormKind,
): Promise<StormOutcome> {
  const api = axios.create({ baseURL: location.origin, validateStatus: null })
  const startedAt = performance.now()
  let counts: Record<string, number> = {}
  if (kind !== 'expired') counts = await sendAll()
  await client.refresh().catch(() => {})
  if (kind !== 'refused') counts = await sendAll()
  return { ms: performance.now() - startedAt, counts }

  function sendAll(): Promise<Record<string, number>> {
    const headers = { Authorization: `Bearer ${client.record?.accessToken ?? ''}` }
    return countOutcomes(count, (n) => api.get(`${path}/${n}`, { headers }), String)
  }
}
