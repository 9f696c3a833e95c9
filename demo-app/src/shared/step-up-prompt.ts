// An API has asked for more than the session has: remembers what, until the user has done something about it.
import type { AuthClient, AuthEvents, SignInOptions } from '@latchkey/core'
import { createStore, type Store } from './store.js'

export type Demand = AuthEvents['step-up-required']

export interface StepUpPrompt {
  readonly demand: Store<Demand | undefined>
  /** Signs in again with what was demanded. Call it in the click itself, or the popup is blocked. */
  confirm(): Promise<void>
  dismiss(): void
}

export function createStepUpPrompt(auth: AuthClient, scope: string): StepUpPrompt {
  const demand = createStore<Demand | undefined>(undefined)
  auth.on('step-up-required', (event) => demand.set(event))
  return {
    demand,
    async confirm() {
      const wanted = demand.get()
      demand.set(undefined)
      if (wanted) await auth.signIn(signInFor(wanted, scope))
    },
    dismiss: () => demand.set(undefined),
  }
}

function signInFor(
  { acrValues, maxAgeSeconds, scope: more }: Demand,
  scope: string,
): SignInOptions {
  return {
    display: 'popup',
    ...(acrValues !== undefined && { acrValues }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    ...(more !== undefined && { scope: `${scope} ${more}` }),
  }
}
