// One lane per request: on the network, refused, parked, replayed.
import { memo } from 'react'
import {
  layOut,
  millisecondsOf,
  outcomeOf,
  spanOf,
  startOf,
  summaryOf,
} from '../shared/lane-layout.js'
import { isOpen, type Batch, type RequestRecord } from '../shared/request-record.js'
import { useDemo, useStore } from './use-demo.js'

export function RequestLanes() {
  const { requests } = useDemo()
  const { batches, now } = useStore(requests.picture)
  if (batches.length === 0)
    return (
      <p className="empty">
        Press <strong>Burst of 50</strong>. Then expire the token and press it again.
      </p>
    )
  return (
    <>
      <Legend />
      <ol className="batches" aria-label="Requests, newest first">
        {batches.map((batch) => (
          <BatchLanes key={batch.id} batch={batch} now={isOpen(batch) ? now : 0} />
        ))}
      </ol>
    </>
  )
}

function Legend() {
  const kinds = [
    ['sent', 'sent'],
    ['refused', 'refused'],
    ['parked', 'parked'],
    ['replayed', 'replayed'],
  ] as const
  return (
    <ul className="legend" aria-label="Legend">
      {kinds.map(([kind, label]) => (
        <li key={kind}>
          <span className={`swatch ${kind}`} aria-hidden="true" />
          {label}
        </li>
      ))}
    </ul>
  )
}

/** What is settled is drawn once: its batch stays the same object, and its `now` is 0. */
const BatchLanes = memo(function BatchLanes({ batch, now }: { batch: Batch; now: number }) {
  const from = startOf(batch)
  const spanMs = spanOf(batch, now)
  const isBurst = batch.requests.length > 1
  const first = batch.requests[0]
  return (
    <li className={isBurst ? 'batch burst' : 'batch'} data-testid="batch" data-title={batch.title}>
      <div className="batch-head">
        <span className="batch-title">{batch.title}</span>
        <span className="batch-summary" data-testid="batch-summary">
          {summaryOf(batch, now)}
        </span>
      </div>
      <div className="lanes">
        {batch.requests.map((request) => (
          <Lane key={request.id} request={request} from={from} spanMs={spanMs} now={now} />
        ))}
        <div className="axis" aria-hidden="true">
          <span>0</span>
          <span>{spanMs} ms</span>
        </div>
      </div>
      {!isBurst && first && (
        <div className="batch-outcome" data-testid="outcome">
          {outcomeOf(first)}
        </div>
      )}
    </li>
  )
})

interface LaneProps {
  readonly request: RequestRecord
  readonly from: number
  readonly spanMs: number
  readonly now: number
}

function Lane({ request, from, spanMs, now }: LaneProps) {
  const outcome = outcomeOf(request)
  return (
    <div
      className="lane"
      data-testid="lane"
      data-outcome={outcome}
      data-sends={request.phases.filter(({ kind }) => kind === 'sent').length}
      title={`${request.label}: ${outcome}, ${millisecondsOf(request, now)} ms`}
    >
      {layOut(request, from, spanMs, now).map(({ kind, left, width }, index) => (
        <span
          key={index}
          className={`segment ${kind}`}
          style={{ left: `${left}%`, width: `${width}%` }}
        />
      ))}
    </div>
  )
}
