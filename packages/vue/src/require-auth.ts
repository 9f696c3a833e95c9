/** A part of the page that only somebody who is signed in may see. */
import type { SignedOutState, SignInOptions, UserClaims } from '@latchkey/core'
import { isUnknown, needsSignIn, signInOnce, type StateMembers } from '@latchkey/core/bindings'
import {
  defineComponent,
  onActivated,
  onDeactivated,
  onMounted,
  watch,
  type PropType,
  type SlotsType,
} from 'vue'
import { forUser } from './signed-in.js'
import { actionsOf, useAuth, type AuthActions } from './use-auth.js'
import { useAuthClient } from './use-auth-client.js'

/**
 * Shows its default slot (which gets `user`) to somebody who is signed in, and to nobody else for a single frame.
 * `#fallback` is shown while the session is restored and while the browser leaves for the sign-in; `#signed-out` (which
 * gets state and actions) to people who are not signed in.
 *
 * Without `#signed-out` they are sent to sign in: once. After a sign-in that failed, or an idle sign-out, the error goes
 * to `onErrorCaptured` and `app.config.errorHandler`, and only a `signIn()` of yours tries again. After a sign-out on
 * this page nobody is sent anywhere, and `#fallback` stays.
 */
export const RequireAuth = defineComponent({
  name: 'RequireAuth',
  props: {
    /** For the sign-in they are sent to; by default they come back to the page they are on. */
    signInOptions: { type: Object as PropType<SignInOptions> },
  },
  slots: Object as SlotsType<{
    default: { user: UserClaims }
    fallback: Record<string, never>
    'signed-out': SignedOutState & AuthActions
  }>,
  setup(props, { slots }) {
    const client = useAuthClient()
    const actions = actionsOf(client)
    const { state } = useAuth()
    let isShown = true
    let wasSignedIn = false

    // Vue hands what it rejects with to the error handlers.
    async function decide(): Promise<void> {
      const now = state.value
      wasSignedIn ||= now.status === 'signed-in'
      if (!isShown || slots['signed-out']) return
      const { error } = now as StateMembers
      if (needsSignIn(now, wasSignedIn)) await signInOnce(client, props.signInOptions)
      else if (error && !isUnknown(now)) throw error
    }
    onMounted(decide)
    watch(state, decide)
    // A page that <KeepAlive> has put aside must not send anybody away.
    onDeactivated(() => void (isShown = false))
    onActivated(() => {
      isShown = true
      return decide()
    })

    return () => {
      const now = state.value
      if (now.status === 'signed-in') return forUser(now.user, slots.default)
      if (now.status === 'signed-out' && slots['signed-out'])
        return slots['signed-out']({ ...actions, ...now })
      return slots.fallback?.({})
    }
  },
})
