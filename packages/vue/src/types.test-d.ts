/** What must compile and what must not; checked by tsc with the rest. */
import type { AuthClient, UserClaims } from '@latchkey/core'
import { z } from 'zod'
import { createRouter, type NavigationGuard, type RouterHistory } from 'vue-router'
import { createAuthGuard } from './vue-router.js'
import {
  createAuthClient,
  createAuthPlugin,
  useAuth,
  useAuthEvent,
  useAuthReady,
  useUser,
} from './index.js'

interface Employee {
  readonly sub: string
  readonly department: 'sales' | 'support'
}

declare const client: AuthClient
declare const employeeClient: AuthClient<Employee>
declare const history: RouterHistory

export function narrowing() {
  const { state, user, getAccessToken } = useAuth()
  // @ts-expect-error Only the signed-in state has a user.
  void state.value.user
  // @ts-expect-error Nobody may be signed in.
  void user.value.name
  // @ts-expect-error The state is the client's to change.
  state.value = { status: 'signing-in' }
  const token: Promise<string> = getAccessToken()
  void token
  switch (state.value.status) {
    case 'restoring': {
      const hint: boolean = state.value.hint
      return hint
    }
    case 'signed-in': {
      const name: string | undefined = state.value.user.name
      // @ts-expect-error Whoever is signed in has no reason for being signed out.
      void state.value.reason
      return name
    }
    case 'signed-out':
      return state.value.error?.code === 'access-denied'
    case 'signing-in':
      return null
  }
}

export async function claims() {
  const maybe: UserClaims | undefined = useUser().value
  const employee = useUser<Employee>()
  const department: 'sales' | 'support' | undefined = employee.value?.department
  // @ts-expect-error The claims are those of the generic.
  void employee.value?.email
  const { user } = await useAuthReady<Employee>()
  return [maybe, department, user.value?.department]
}

/** One line in an app gives its components the app's claims. */
export const useEmployee = useUser<Employee>
export const departmentOf = (): 'sales' | 'support' | undefined => useEmployee().value?.department

export function events() {
  useAuthEvent('session-ended', ({ reason }) => void (reason satisfies string))
  // @ts-expect-error There is no such event.
  useAuthEvent('session-lost', () => undefined)
  // @ts-expect-error No event holds a token.
  useAuthEvent('token-refreshed', ({ accessToken }) => void accessToken)
}

export const plugins = [createAuthPlugin(client), createAuthPlugin(employeeClient)]
// @ts-expect-error A plugin without a client makes no sense.
export const without = createAuthPlugin()
// @ts-expect-error The client is made first.
export const options = createAuthPlugin({ issuer: 'https://login.example.com' })
// @ts-expect-error The redirect URI is missing.
export const incomplete = () => createAuthClient({ issuer: 'https://a.example', clientId: 'spa' })

export const guard: NavigationGuard = createAuthGuard(employeeClient)
const router = createRouter({ history, routes: [] })
router.beforeEach(createAuthGuard(client))
router.beforeEach(
  createAuthGuard(client, {
    onSignedOut: ({ returnTo, error }) => ({
      name: 'sign-in',
      query: { returnTo, why: error?.code },
    }),
  }),
)
router.beforeEach(
  // @ts-expect-error A number is no place to go to.
  createAuthGuard(client, { onSignedOut: () => 404 }),
)

export const validated: AuthClient<Employee> = createAuthClient({
  issuer: 'https://login.example.com',
  clientId: 'spa',
  redirectUri: '/callback',
  claimsSchema: z.object({ sub: z.string(), department: z.enum(['sales', 'support']) }),
})
