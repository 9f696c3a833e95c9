// An API wants more than this session has (RFC 9470, RFC 6750 §3.1): the user decides.
import { useDemo, useStore } from './use-demo.js'

export function StepUpNotice() {
  const { stepUp } = useDemo()
  const demand = useStore(stepUp.demand)
  if (!demand) return null
  return (
    <section className="notice warn" aria-labelledby="step-up-title" data-testid="step-up-notice">
      <div>
        <h2 id="step-up-title">
          {demand.kind === 'scope'
            ? 'This call needs more rights'
            : 'This call needs a stronger sign-in'}
        </h2>
        <p>
          The API asked for <code className="code">{demand.wanted}</code>.{' '}
          {demand.isAsking
            ? 'Confirm in the popup, and the call goes on.'
            : 'The call waits for you.'}
          {demand.failure && (
            <>
              {' '}
              The last try failed: <code className="code">{demand.failure}</code>.
            </>
          )}
        </p>
      </div>
      {!demand.isAsking && (
        <div className="row">
          <button
            type="button"
            className="button primary"
            data-testid="step-up-confirm"
            onClick={stepUp.confirm}
          >
            Confirm in a popup
          </button>
          <button
            type="button"
            className="button"
            data-testid="step-up-dismiss"
            onClick={stepUp.dismiss}
          >
            Not now
          </button>
        </div>
      )}
    </section>
  )
}
