// An API has asked for more than the session has: asks the user, and remembers what for until they have answered.
import { authErrorOf, type AuthClient, type AuthEvents, type SignInOptions } from '@latchkey/core'
import { createStore, type Store } from './store.js'

export interface StepUpPrompt {
  readonly demand: Store<Demand | undefined>
  /** Signs in again with what was demanded. Call it in the click itself, or the popup is blocked. */
  confirm(): void
  dismiss(): void
}

export interface Demand {
  /** The authentication context or the scope that the API named. */
  readonly wanted: string
  readonly kind: 'acr' | 'scope'
  /** Whether the popup is open, and the request waiting for it. */
  readonly isAsking: boolean
  /** Why the last try came to nothing, if it did. */
  readonly failure: string | undefined
}

export function createStepUpPrompt(auth: AuthClient, scope: string): StepUpPrompt {
  const demand = createStore<Demand | undefined>(undefined)
  let options: SignInOptions = {}
  let settle = { goOn() {}, giveUp(_reason: Error) {} }

  function confirm(): void {
    const current = demand.get()
    if (!current) return
    demand.set({ ...current, isAsking: true, failure: undefined })
    auth.signIn(options).then(
      () => {
        demand.set(undefined)
        settle.goOn()
      },
      (error: unknown) => {
        const code = authErrorOf(error)?.code
        demand.set({ ...current, isAsking: false, failure: code })
      },
    )
  }

  auth.on('step-up-required', (event) => {
    options = signInFor(event, scope)
    const kind = event.scope === undefined ? 'acr' : 'scope'
    demand.set({
      kind,
      wanted: event.acrValues ?? event.scope ?? '',
      isAsking: false,
      failure: undefined,
    })
    // the refused request waits for the user's answer
    event.waitUntil(
      new Promise<void>((goOn, giveUp) => {
        settle = { goOn, giveUp }
      }),
    )
  })

  return {
    demand,
    confirm,
    dismiss() {
      demand.set(undefined)
      settle.giveUp(new Error('The user does not want to.'))
    },
  }
}

function signInFor(event: AuthEvents['step-up-required'], scope: string): SignInOptions {
  const { acrValues, maxAgeSeconds, scope: more } = event
  return {
    display: 'popup',
    ...(acrValues !== undefined && { acrValues }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    ...(more !== undefined && { scope: `${scope} ${more}` }),
  }
}
