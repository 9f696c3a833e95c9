// Watches requests from beneath the interceptor: each real sending, the waiting between, and the end.
import { authErrorOf } from '@latchkey/core'
import axios, { type AxiosAdapter } from 'axios'
import { fingerprintOf } from './fingerprint.js'
import { countRequests, type Batch, type Outcome, type RequestRecord } from './request-record.js'
import { createStore, type Store } from './store.js'

export interface RequestPicture {
  /** Newest first, the last few only. */
  readonly batches: readonly Batch[]
  /** Over everything since the page was opened. */
  readonly totals: ReturnType<typeof countRequests>
  /** Ms since the page was opened. */
  readonly now: number
}

export interface RequestRecorder {
  readonly picture: Store<RequestPicture>
  /** The base adapter to give to `axios.create`: the interceptor sits above it, so a replay passes here twice. */
  readonly adapter: AxiosAdapter
  /** Runs requests that belong together; resolves when all have settled, however they ended. */
  run(title: string, requests: readonly RecordedRequest[]): Promise<Batch>
}

export interface RecordedRequest {
  readonly label: string
  send(config: { headers: Record<string, string> }): Promise<{ readonly status: number }>
}

const requestId = 'X-Request-Id'
const shownBatches = 8

export function createRequestRecorder(): RequestRecorder {
  const open = new Map<string, Recording>()
  let batches: OpenBatch[] = []
  let past = countRequests([])
  let ticking: ReturnType<typeof setInterval> | undefined
  const picture = createStore<RequestPicture>({ batches: [], totals: past, now: 0 })

  function publish(): void {
    const shown = batches.map(snapshotOf)
    const current = countRequests(shown.flatMap(({ requests }) => requests))
    const totals = Object.fromEntries(
      Object.entries(current).map(([key, n]) => [key, n + past[key as keyof typeof past]]),
    ) as unknown as typeof past
    picture.set({ batches: shown, totals, now: performance.now() })
    if (open.size > 0) ticking ??= setInterval(publish, 50)
    else {
      clearInterval(ticking)
      ticking = undefined
    }
  }

  /** Batches that leave the picture stay in the totals. */
  function dropOldBatches(): void {
    while (batches.length > shownBatches && batches.some(isSettled)) {
      const oldest = batches.findLastIndex(isSettled)
      const counts = countRequests(batches[oldest]?.recordings.map(({ record }) => record) ?? [])
      past = Object.fromEntries(
        Object.entries(past).map(([key, n]) => [key, n + counts[key as keyof typeof counts]]),
      ) as unknown as typeof past
      batches = batches.toSpliced(oldest, 1)
    }
  }

  return {
    picture,
    adapter: async (config) => {
      const recording = open.get(String(config.headers.get(requestId) ?? ''))
      const authorization = config.headers.get('Authorization')
      const sending = recording?.sent()
      if (typeof authorization === 'string')
        void fingerprintOf(authorization.replace(/^\w+ /, '')).then((text) =>
          sending?.carried(text),
        )
      try {
        const answer = await axios.getAdapter(axios.defaults.adapter, config)(config)
        sending?.answered(answer.status)
        return answer
      } catch (error) {
        sending?.answered(axios.isAxiosError(error) ? error.response?.status : undefined)
        throw error
      }
    },
    async run(title, requests) {
      const id = crypto.randomUUID()
      const recordings = requests.map(({ label }) => startRecording(label))
      batches = [{ id, title, recordings }, ...batches]
      dropOldBatches()
      for (const recording of recordings) open.set(recording.record.id, recording)
      publish()
      await Promise.all(
        requests.map(async ({ send }, index) => {
          const recording = recordings[index]
          if (!recording) return
          const outcome = await settle(send({ headers: { [requestId]: recording.record.id } }))
          recording.ended(outcome)
          open.delete(recording.record.id)
        }),
      )
      publish()
      return { id, title, requests: recordings.map(({ record }) => record) }
    },
  }
}

interface OpenBatch {
  readonly id: string
  readonly title: string
  readonly recordings: readonly Recording[]
  /** Once all is settled it stays the same object, so that nobody draws it again. */
  settled?: Batch
}

function isSettled({ recordings }: OpenBatch): boolean {
  return recordings.every(({ record }) => record.outcome)
}

function snapshotOf(batch: OpenBatch): Batch {
  if (batch.settled) return batch.settled
  const { id, title, recordings } = batch
  const snapshot = { id, title, requests: recordings.map(({ record }) => record) }
  if (isSettled(batch)) batch.settled = snapshot
  return snapshot
}

interface Recording {
  readonly record: RequestRecord
  sent(): { carried(fingerprint: string): void; answered(status: number | undefined): void }
  ended(outcome: Outcome): void
}

function startRecording(label: string): Recording {
  const from = performance.now()
  let record: RequestRecord = { id: crypto.randomUUID(), label, from, phases: [] }
  let parkedSince: number | undefined

  function change(part: Partial<RequestRecord>): void {
    record = { ...record, ...part }
  }

  /** Not being on the network counts as parked only when it outlasts the task: code in between takes no time worth showing. */
  function parkUnlessSoon(since: number): void {
    parkedSince = since
    setTimeout(() => {
      if (parkedSince !== since) return
      change({ phases: [...record.phases, { kind: 'parked', from: since }] })
    })
  }

  function unpark(): void {
    const now = performance.now()
    const last = record.phases.at(-1)
    if (last?.kind === 'parked' && last.to === undefined)
      change({ phases: [...record.phases.slice(0, -1), { ...last, to: now }] })
    parkedSince = undefined
  }

  parkUnlessSoon(from)
  return {
    get record() {
      return record
    },
    sent() {
      unpark()
      const index = record.phases.length
      change({ phases: [...record.phases, { kind: 'sent', from: performance.now() }] })
      const changePhase = (part: object) =>
        change({
          phases: record.phases.map((phase, at) => (at === index ? { ...phase, ...part } : phase)),
        })
      return {
        carried: (fingerprint) => changePhase({ fingerprint }),
        answered(status) {
          const to = performance.now()
          changePhase(status === undefined ? { to } : { to, status })
          parkUnlessSoon(to)
        },
      }
    },
    ended(outcome) {
      unpark()
      change({ outcome, to: performance.now() })
    },
  }
}

async function settle(answer: Promise<{ readonly status: number }>): Promise<Outcome> {
  try {
    return { kind: 'answered', status: (await answer).status }
  } catch (error) {
    const ours = authErrorOf(error)
    if (ours) return { kind: 'failed', code: ours.code }
    const status = axios.isAxiosError(error) ? error.response?.status : undefined
    if (status !== undefined) return { kind: 'answered', status }
    return { kind: 'failed', code: axios.isAxiosError(error) ? (error.code ?? 'network') : 'error' }
  }
}
