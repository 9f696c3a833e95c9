// Where the phases of a request stand on its lane.
import { countRequests, type Batch, type Phase, type RequestRecord } from './request-record.js'

export interface Segment {
  readonly kind: 'sent' | 'refused' | 'parked' | 'replayed' | 'failed'
  /** In percent of the lane. */
  readonly left: number
  readonly width: number
}

/** The span of a batch's time line, in ms: a round number that holds its longest request so far. */
export function spanOf(batch: Batch, now: number): number {
  const from = startOf(batch)
  const longest = Math.max(...batch.requests.map(({ to }) => (to ?? now) - from))
  const step = steps.find((candidate) => candidate >= longest)
  return step ?? Math.ceil(longest / 10_000) * 10_000
}

const steps = [100, 200, 300, 400, 500, 750, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 7500, 10_000]

export function startOf(batch: Batch): number {
  return Math.min(...batch.requests.map(({ from }) => from))
}

export function layOut(
  request: RequestRecord,
  from: number,
  spanMs: number,
  now: number,
): readonly Segment[] {
  return request.phases.map((phase, index) => {
    const to = phase.to ?? request.to ?? now
    return {
      kind: kindOf(phase, request, index),
      left: ((phase.from - from) / spanMs) * 100,
      width: Math.max(((to - phase.from) / spanMs) * 100, 0.4),
    }
  })
}

function kindOf(phase: Phase, { phases, outcome }: RequestRecord, index: number): Segment['kind'] {
  if (phase.kind === 'parked') return outcome?.kind === 'failed' ? 'failed' : 'parked'
  if (phase.status === 401 || phase.status === 403) return 'refused'
  if (phase.to !== undefined && phase.status === undefined) return 'failed'
  return phases.slice(0, index).some(({ kind }) => kind === 'sent') ? 'replayed' : 'sent'
}

export function millisecondsOf(request: RequestRecord, now: number): number {
  return Math.round((request.to ?? now) - request.from)
}

/** `50 calls, 50 parked, 50 replayed, all answered in 312 ms`. */
export function summaryOf(batch: Batch, now: number): string {
  const { requests, parked, replayed, answered, failed } = countRequests(batch.requests)
  const from = startOf(batch)
  const took = Math.round(Math.max(...batch.requests.map(({ to }) => (to ?? now) - from)))
  const open = requests - answered - failed
  return [
    requests > 1 && `${requests} calls`,
    parked > 0 && (requests > 1 ? `${parked} parked` : 'parked'),
    replayed > 0 && (requests > 1 ? `${replayed} replayed` : 'replayed'),
    failed > 0 && (requests > 1 ? `${failed} failed` : 'failed'),
    open > 0
      ? `${open} open`
      : `${failed === 0 && requests > 1 ? 'all answered in ' : ''}${took} ms`,
  ]
    .filter(Boolean)
    .join(', ')
}

/** The last word on a request: its status, or the code of its error. */
export function outcomeOf({ outcome, phases }: RequestRecord): string {
  if (!outcome) return phases.at(-1)?.kind === 'parked' ? 'parked' : 'sent'
  return outcome.kind === 'answered' ? String(outcome.status) : outcome.code
}
