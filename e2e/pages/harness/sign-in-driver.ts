/** Sign-ins as a user begins them, by a click, and what the page does when only the user can help. */
import type { AuthClient, SignInOptions } from '@latchkey/core'
import { signInWithoutLeaving } from '../../recipes/sign-in-again.js'
import { noteError, type CallError } from './driver.js'

export interface SignInDriver {
  /** Shows the button `#offered`; a click on it signs in so. */
  offerSignIn(options: SignInOptions): void
  /** How the sign-in that was clicked last came out; `undefined` = well. */
  signInOutcome(): Promise<CallError | undefined>
  /** Fires the signal of the sign-in that was offered last. */
  giveUpSignIn(): void
  /** From now on the button is shown when the session ends or an API demands more: the recipe of docs/recipes/sign-in-again.md. */
  signInWithoutLeaving(): void
  /** From now on a demanded step-up redirects. */
  redirectForStepUps(): void
}

export function createSignInDriver(auth: AuthClient): SignInDriver {
  let outcome: Promise<CallError | undefined> = Promise.resolve(undefined)
  let controller = new AbortController()

  function offer(signIn: () => Promise<void>): void {
    const button = document.createElement('button')
    button.id = 'offered'
    button.textContent = 'Continue'
    document.body.append(button)
    button.onclick = () => {
      button.remove()
      outcome = signIn().then(() => undefined, noteError)
    }
  }

  return {
    offerSignIn(options) {
      controller = new AbortController()
      const { signal } = controller
      offer(() => auth.signIn({ ...options, signal }))
    },
    signInOutcome: () => outcome,
    giveUpSignIn: () => controller.abort(new Error('enough')),
    signInWithoutLeaving: () => signInWithoutLeaving(auth, ({ signIn }) => offer(signIn)),
    redirectForStepUps() {
      auth.on('step-up-required', ({ scope, acrValues, maxAgeSeconds }) => {
        const { state } = auth
        const held = state.status === 'signed-in' ? state.scope : ''
        void auth.signIn({
          ...(acrValues && { acrValues }),
          ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
          ...(scope && { scope: `${held} ${scope}` }),
        })
      })
    },
  }
}
