/** What server and browser both render. */
import {
  AuthProvider,
  RequireAuth,
  SignedIn,
  SignedOut,
  useAuth,
  useUser,
  type AuthClient,
} from '@latchkey/react'
import { StrictMode } from 'react'
import { recordRender } from '../react-and-vue/record.js'

export function App({ client }: { client: AuthClient }) {
  return (
    <StrictMode>
      <AuthProvider client={client}>
        <h1>Orders</h1>
        <Status />
        <Name />
        <SignedOut>
          {({ signIn }) => <button onClick={() => void signIn()}>Sign in</button>}
        </SignedOut>
        <SignedIn>{(user) => <p id="signed-in">{user.email}</p>}</SignedIn>
        <RequireAuth fallback={<p id="waiting">One moment …</p>} signedOut={<p>Please sign in</p>}>
          <p id="protected">Only for you</p>
        </RequireAuth>
      </AuthProvider>
    </StrictMode>
  )
}

function Status() {
  const { status } = useAuth()
  recordRender('status', { status })
  return <p id="status">{status}</p>
}

function Name() {
  return <p id="user">{useUser()?.name}</p>
}
