/** What must compile and what must not; checked by tsc with the rest. */
import type { AuthClient, UserClaims } from '@latchkey/core'
import { z } from 'zod'
import { requireAuthBeforeLoad } from './tanstack-router.js'
import {
  AuthProvider,
  createAuthClient,
  RequireAuth,
  SignedIn,
  useAuth,
  useAuthClient,
  useAuthEvent,
  useAuthState,
  useSuspenseUser,
  useUser,
} from './index.js'

interface Employee {
  readonly sub: string
  readonly department: 'sales' | 'support'
}

declare const client: AuthClient
declare const employeeClient: AuthClient<Employee>

export function Narrowing() {
  const auth = useAuth()
  // @ts-expect-error Only the signed-in state has a user.
  void auth.user
  // @ts-expect-error Only the signed-out state has a reason.
  void auth.reason
  // @ts-expect-error No hook ever gives a token as a value.
  void auth.accessToken
  const token: Promise<string> = auth.getAccessToken()
  void token
  switch (auth.status) {
    case 'restoring': {
      const hint: boolean = auth.hint
      return hint
    }
    case 'signed-in': {
      const name: string | undefined = auth.user.name
      // @ts-expect-error Whoever is signed in has no reason for being signed out.
      void auth.reason
      return name
    }
    case 'signed-out':
      return auth.error?.code === 'access-denied'
    case 'signing-in':
      return null
  }
}

export function Claims() {
  const maybe: UserClaims | undefined = useUser()
  const employee = useUser<Employee>()
  const department: 'sales' | 'support' | undefined = employee?.department
  // @ts-expect-error The claims are those of the generic.
  void employee?.email
  // @ts-expect-error Nobody may be signed in.
  void employee.department
  const certain: Employee = useSuspenseUser<Employee>()
  const auth = useAuth<Employee>()
  if (auth.status === 'signed-in') void auth.user.department
  const fromClient = useAuthClient<Employee>().state
  const chosen: boolean = useAuthState((state) => state.status === 'signed-in')
  return [maybe, department, certain, fromClient, chosen]
}

/** One line in an app gives its hooks the app's claims. */
export const useEmployee = useUser<Employee>
export const useEmployeeDepartment = (): 'sales' | 'support' | undefined =>
  useEmployee()?.department

export function Events() {
  useAuthEvent('session-ended', ({ reason }) => void (reason satisfies string))
  // @ts-expect-error There is no such event.
  useAuthEvent('session-lost', () => undefined)
  // @ts-expect-error No event holds a token.
  useAuthEvent('token-refreshed', ({ accessToken }) => void accessToken)
}

export function Components() {
  return (
    <AuthProvider client={employeeClient}>
      <SignedIn<Employee>>{(user) => user.department}</SignedIn>
      <RequireAuth fallback={<p>…</p>} signedOut={(state) => state.reason}>
        {(user) => user.name}
      </RequireAuth>
    </AuthProvider>
  )
}

// @ts-expect-error A provider without a client makes no sense.
export const without = <AuthProvider>app</AuthProvider>

export const context: (args: never) => Promise<{ user: Employee }> =
  requireAuthBeforeLoad(employeeClient)
export const standard: (args: never) => Promise<{ user: UserClaims }> =
  requireAuthBeforeLoad(client)

export const validated: AuthClient<Employee> = createAuthClient({
  issuer: 'https://login.example.com',
  clientId: 'spa',
  redirectUri: '/callback',
  claimsSchema: z.object({ sub: z.string(), department: z.enum(['sales', 'support']) }),
})
