/** Sign-ins as a user begins them, by a click, and what the page does when an API demands a stronger one. */
import type { AuthClient, SignInOptions } from '@latchkey/core'
import { noteError, type CallError } from './driver.js'

export interface SignInDriver {
  /** Shows the button `#offered`; a click on it signs in so. */
  offerSignIn(options: SignInOptions): void
  /** How the sign-in that was clicked last came out; `undefined` = well. */
  signInOutcome(): Promise<CallError | undefined>
  /** Fires the signal of the sign-in that was clicked last. */
  giveUpSignIn(): void
  /** From now on a demanded step-up is offered in a popup, or redirects. */
  answerStepUps(display: 'popup' | 'redirect'): void
}

export function createSignInDriver(auth: AuthClient): SignInDriver {
  let outcome: Promise<CallError | undefined> = Promise.resolve(undefined)
  let controller = new AbortController()

  /** Settles with the sign-in. */
  function offer(options: SignInOptions): Promise<void> {
    const button = document.createElement('button')
    button.id = 'offered'
    button.textContent = 'Continue'
    document.body.append(button)
    return new Promise((resolve, reject) => {
      button.onclick = () => {
        button.remove()
        controller = new AbortController()
        const running = auth.signIn({ ...options, signal: controller.signal })
        outcome = running.then(() => undefined, noteError)
        running.then(resolve, reject)
      }
    })
  }

  return {
    offerSignIn: (options) => void offer(options).catch(() => {}),
    signInOutcome: () => outcome,
    giveUpSignIn: () => controller.abort(new Error('enough')),
    answerStepUps(display) {
      auth.on('step-up-required', ({ waitUntil, scope, ...demand }) => {
        const { state } = auth
        const held = state.status === 'signed-in' ? state.scope : ''
        const options = { ...demand, ...(scope && { scope: `${held} ${scope}` }), display }
        if (display === 'popup') waitUntil(offer(options))
        else void auth.signIn(options)
      })
    },
  }
}
