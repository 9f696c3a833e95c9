// The session has ended under the user's hands: they sign in beside the page, and it goes on as if nothing had been.
import { useAuth } from '@latchkey/react'
import { endWords } from '../shared/wording.js'
import { useDemo, useStore } from './use-demo.js'

export function SignInAgain() {
  const auth = useAuth()
  const { requests } = useDemo()
  const { waiting } = useStore(requests.picture).totals
  const error = auth.status === 'signed-out' ? auth.error : undefined
  return (
    <section
      className="notice bad"
      aria-labelledby="ended-title"
      data-testid="session-ended-notice"
    >
      <div>
        <h2 id="ended-title">
          {endWords(error)} {error && <code className="code">{error.code}</code>}
        </h2>
        <p>
          Sign in again and nothing is lost: this page stays as it is
          {waiting > 0 && (
            <>
              , and{' '}
              <strong>
                {waiting} {waiting === 1 ? 'request waits' : 'requests wait'}
              </strong>{' '}
              to go on
            </>
          )}
          .
        </p>
      </div>
      <div className="row">
        <button
          type="button"
          className="button primary"
          data-testid="sign-in-again"
          disabled={auth.status === 'signing-in'}
          // In the click itself: after an await the browser would block the popup.
          onClick={() => void auth.signIn({ display: 'popup' }).catch(() => undefined)}
        >
          {auth.status === 'signing-in' ? 'Waiting for the popup' : 'Sign in again'}
        </button>
        <button
          type="button"
          className="button"
          data-testid="sign-in-again-redirect"
          onClick={() => void auth.signIn()}
        >
          Leave the page to sign in
        </button>
      </div>
    </section>
  )
}
