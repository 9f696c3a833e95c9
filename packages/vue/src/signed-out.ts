/** What only somebody sees who is not signed in. */
import type { SignedOutState, SigningInState } from '@latchkey/core'
import { isUnknown } from '@latchkey/core/bindings'
import { defineComponent, type SlotsType } from 'vue'
import { actionsOf, useAuth, type AuthActions } from './use-auth.js'
import { useAuthClient } from './use-auth-client.js'

/**
 * Shows its slot while nobody is signed in and that is certain: never while the session is being restored.
 * The slot gets state and actions: `signIn`, and an `error` that says why nobody is signed in.
 *
 * It stays while a sign-in is under way, so that the button that opened a popup is still there afterwards.
 */
export const SignedOut = defineComponent({
  name: 'SignedOut',
  slots: Object as SlotsType<{ default: (SignedOutState | SigningInState) & AuthActions }>,
  setup(_, { slots }) {
    const actions = actionsOf(useAuthClient())
    const { state } = useAuth()
    return () => {
      const now = state.value
      return (
        !isUnknown(now) &&
        now.status !== 'signed-in' &&
        slots.default?.({ ...actions, ...(now as SignedOutState | SigningInState) })
      )
    }
  },
})
