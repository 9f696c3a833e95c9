// What an app without a framework writes; type-checked against the packed tarball.
import { createAuthClient, createAuthFetch, isAuthError, type AuthClient } from '@latchkey/core'

const auth: AuthClient = createAuthClient({
  issuer: 'https://login.example.com',
  clientId: 'my-spa',
  redirectUri: '/callback',
  scope: 'openid profile offline_access',
  resources: [{ url: 'https://api.example.com/' }],
})
const authFetch: typeof fetch = createAuthFetch(auth)

export async function showOrders(): Promise<unknown> {
  await auth.ready
  if (auth.state.status !== 'signed-in') return auth.signIn({ returnTo: '/orders' })
  const subject: string = auth.state.user.sub
  try {
    const response = await authFetch(`https://api.example.com/orders?of=${subject}`)
    return await response.json()
  } catch (error) {
    return isAuthError(error) ? error.code : 'unknown'
  }
}
