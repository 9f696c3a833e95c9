// The first screen: what this is, and the door.
import { useAuth, type SignInOptions } from '@latchkey/react'
import { wiring } from '../shared/wording.js'
import { useDemo } from './use-demo.js'

export function Landing() {
  const auth = useAuth()
  const { config } = useDemo()
  const busy = auth.status === 'signing-in'
  // A refusal becomes state: the alert above the buttons shows it.
  const signIn = (options?: SignInOptions) => void auth.signIn(options).catch(() => undefined)
  return (
    <div className="landing">
      <section className="pitch" aria-labelledby="pitch-title">
        <h1 id="pitch-title">
          Sign in once.
          <br />
          Stay signed in.
        </h1>
        <p className="lead">
          Access tokens die every few seconds here. Requests park, one refresh runs for all tabs,
          and everything goes on. All that is left to do is watch.
        </p>
        <SignInMessage />
        <div className="row">
          <button
            type="button"
            className="button primary big"
            data-testid="sign-in"
            disabled={busy}
            onClick={() => signIn()}
          >
            Sign in
          </button>
          <button
            type="button"
            className="button big"
            data-testid="sign-in-popup"
            disabled={busy}
            onClick={() => signIn({ display: 'popup' })}
          >
            {busy ? 'Waiting for the popup' : 'Sign in with a popup'}
          </button>
        </div>
        <p className="hint">
          {config.embedded
            ? 'Pick Ada, Grace or Alan at the built-in OpenID provider. There is no password.'
            : `You will be sent to ${config.issuer}.`}
        </p>
      </section>
      <section className="wiring card" aria-labelledby="wiring-title">
        <h2 id="wiring-title">All the wiring there is</h2>
        {/* Focusable, so that a keyboard can scroll it on a narrow screen. */}
        <pre tabIndex={0} role="region" aria-label="Source code">
          <code>{wiring}</code>
        </pre>
      </section>
      <div className="key" aria-hidden="true">
        <div className="key-bow" />
        <div className="key-shank">
          <div className="key-metal worn" />
          <div className="key-rest">
            <div className="key-metal" />
          </div>
        </div>
      </div>
      <ul className="promises">
        <li>
          <strong>One refresh</strong> for fifty requests, or for twelve tabs
        </li>
        <li>
          <strong>No lost request:</strong> parked on a 401, replayed once, exactly
        </li>
        <li>
          <strong>No leaked token:</strong> only listed origins ever get it
        </li>
      </ul>
    </div>
  )
}

function SignInMessage() {
  const auth = useAuth()
  if (auth.status !== 'signed-out') return null
  if (auth.error)
    return (
      <p className="message bad" role="alert" data-testid="sign-in-error">
        <code className="code">{auth.error.code}</code> {auth.error.message}
      </p>
    )
  if (auth.reason === 'signed-out')
    return (
      <p className="message" role="status" data-testid="signed-out">
        You have signed out, here and in every other tab.
      </p>
    )
  return null
}
