// The React page. The client is created first: it takes the answer out of the URL before anything else reads it.
import { AuthProvider, createAuthClient } from '@latchkey/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, RouterProvider } from 'react-router'
import { createDemo } from '../shared/create-demo.js'
import { readPageConfig } from '../shared/page-config.js'
import '../styles/index.css'
import { routes } from './routes.js'
import { DemoProvider } from './use-demo.js'

const config = readPageConfig()

const auth = createAuthClient({
  issuer: config.issuer,
  clientId: config.clientId,
  scope: config.scope,
  redirectUri: '/callback',
  postLogoutRedirectUri: '/',
  resources: [{ url: config.apiUrl }],
  parkUntilSignedIn: true,
  navigate: enter,
})

const demo = createDemo(auth, config, 'React')
const router = createBrowserRouter(routes)
let hasEntered = false

function enter(path: string): void {
  hasEntered = true
  void router.navigate(path, { replace: true })
}

// Whoever comes to the redirect URI with a used answer, or with none, has nowhere to return to.
void auth.ready.then(() => {
  if (!hasEntered && location.pathname === '/callback') enter('/')
})

const root = document.getElementById('app')
if (!root) throw new Error('The page has no element with the id "app".')
createRoot(root).render(
  <StrictMode>
    <AuthProvider client={auth}>
      <DemoProvider demo={demo}>
        <RouterProvider router={router} />
      </DemoProvider>
    </AuthProvider>
  </StrictMode>,
)
