// Buttons that call the API, and the lanes on which their requests can be watched.
import { useState, type SyntheticEvent } from 'react'
import { RequestLanes } from './request-lanes.js'
import { useDemo, useStore } from './use-demo.js'

export function RequestsPanel() {
  const { calls } = useDemo()
  return (
    <section className="card requests" aria-labelledby="requests-title">
      <div className="panel-head">
        <h2 id="requests-title">Requests</h2>
        <Counters />
      </div>
      <div className="row actions">
        <CallButton id="call-burst" primary run={calls.burst}>
          Burst of 50
        </CallButton>
        <CallButton id="call-list" run={calls.list}>
          List
        </CallButton>
        <CallButton id="call-slow" run={calls.slow}>
          Slow call
        </CallButton>
        <CallButton id="call-step-up" run={calls.needStepUp}>
          Step-up
        </CallButton>
        <CallButton id="call-scope" run={calls.needScope}>
          More rights
        </CallButton>
        <CallButton id="call-always-401" run={calls.refusedAlways}>
          Always 401
        </CallButton>
        <CallButton id="call-unlisted" run={calls.unlisted}>
          Unlisted origin
        </CallButton>
      </div>
      <QuickNote />
      <RequestLanes />
    </section>
  )
}

interface CallButtonProps {
  readonly id: string
  readonly primary?: boolean
  readonly run: () => Promise<unknown>
  readonly children: string
}

function CallButton({ id, primary = false, run, children }: CallButtonProps) {
  return (
    <button
      type="button"
      className={primary ? 'button primary' : 'button'}
      data-testid={id}
      onClick={() => void run()}
    >
      {children}
    </button>
  )
}

function QuickNote() {
  const { calls } = useDemo()
  const [title, setTitle] = useState('')
  const post = async (event: SyntheticEvent) => {
    event.preventDefault()
    if (await calls.addNote(title, '')) setTitle('')
  }
  return (
    <form className="quick" onSubmit={(event) => void post(event)}>
      <label htmlFor="quick-title">Note</label>
      <input
        id="quick-title"
        data-testid="note-title"
        value={title}
        onChange={({ target }) => setTitle(target.value)}
        placeholder="Something to post"
        required
        maxLength={120}
        autoComplete="off"
      />
      <button type="submit" className="button" data-testid="note-submit">
        Post
      </button>
    </form>
  )
}

function Counters() {
  const { requests, session } = useDemo()
  const { totals } = useStore(requests.picture)
  const { refreshes } = useStore(session.picture)
  const figures = [
    ['requests', totals.requests],
    ['parked', totals.parked],
    ['replayed', totals.replayed],
    ['refreshes', refreshes],
    ['failed', totals.failed],
  ] as const
  return (
    <dl className="counters">
      {figures.map(([name, value]) => (
        <div key={name} className={`counter ${name}`} data-zero={value === 0}>
          <dt>{name}</dt>
          <dd data-testid={`counter-${name}`}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
