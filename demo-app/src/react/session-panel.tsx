// The access token as a key that wears off and is cut anew, and what is known of its session.
import { useAuth } from '@latchkey/react'
import { badgesOf } from '../shared/wording.js'
import { TokenKey } from './token-key.js'
import { useDemo, useStore } from './use-demo.js'

export function SessionPanel() {
  const auth = useAuth()
  const { calls, config, issuerFigures, session } = useDemo()
  const { refreshes, byThisTab, generation, fingerprint } = useStore(session.picture)
  const figures = useStore(issuerFigures)
  const here = auth.status === 'signed-in'
  return (
    <section className="card session" aria-labelledby="session-title">
      <div className="panel-head">
        <h2 id="session-title">Session</h2>
        <ul className="badges" aria-label="State">
          {badgesOf(auth).map(({ id, label, value, tone }) => (
            <li key={id} className={`badge ${tone}`} data-testid={`badge-${id}`}>
              <span>{label}</span> {value}
            </li>
          ))}
        </ul>
      </div>
      <TokenKey />
      <div className="session-foot">
        <dl className="facts">
          <Fact label="Refreshes" value={refreshes} id="refresh-count" />
          <Fact label="by this tab" value={byThisTab} id="refreshes-here" />
          <Fact label="Generation" value={generation ?? '–'} id="generation" />
          <Fact label="Token" value={fingerprint ?? '–'} id="fingerprint" />
          {figures && (
            <>
              <Fact label="Issuer saw" value={figures.refreshGrants} id="issuer-refreshes" />
              <Fact label="Reuse detected" value={figures.reuseDetections} id="issuer-reuse" />
            </>
          )}
        </dl>
        <div className="row">
          <button
            type="button"
            className="button"
            data-testid="expire-token"
            disabled={!here}
            onClick={() => void calls.expireToken()}
          >
            Expire the token now
          </button>
          {config.embedded && (
            <button
              type="button"
              className="button danger"
              data-testid="revoke-session"
              disabled={!here}
              onClick={() => void calls.revokeSession()}
            >
              Revoke the session
            </button>
          )}
        </div>
      </div>
    </section>
  )
}

function Fact({ label, value, id }: { label: string; value: string | number; id: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-testid={id}>{value}</dd>
    </div>
  )
}
