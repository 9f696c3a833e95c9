/** What only somebody who is signed in sees. */
import type { UserClaims } from '@latchkey/core'
import { defineComponent, Fragment, h, type SlotsType, type VNode } from 'vue'
import { useUser } from './use-user.js'

/** Shows its slot while somebody is signed in; the slot gets `user`. Another person gets it mounted afresh. */
export const SignedIn = defineComponent({
  name: 'SignedIn',
  slots: Object as SlotsType<{ default: { user: UserClaims } }>,
  setup(_, { slots }) {
    const user = useUser()
    return () => user.value && forUser(user.value, slots.default)
  },
})

/** Keyed by the subject: what one person has typed must not be there for the next one. */
export function forUser(
  user: UserClaims,
  slot: ((props: { user: UserClaims }) => VNode[]) | undefined,
): VNode {
  return h(Fragment, { key: user.sub }, slot?.({ user }) ?? [])
}
