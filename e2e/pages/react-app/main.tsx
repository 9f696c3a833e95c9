/** A React app with React Router, as the docs show it: one client, a guard, a route for the redirect URI. */
import { AuthProvider } from '@latchkey/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createBrowserRouter, RouterProvider } from 'react-router'
import { record } from '../react-and-vue/record.js'
import { startClient } from '../react-and-vue/start-client.js'
import { Probes } from './probes.js'
import { createRoutes } from './routes.js'

const auth = startClient((path) => void router.navigate(path, { replace: true }))
const router = createBrowserRouter(createRoutes(auth))

// A second copy of the page's main code would be a second app: the test counts these.
record('app', 'started')
createRoot(document.getElementById('root')!, {
  onUncaughtError: (error) => record('error', 'uncaught', String(error)),
}).render(
  <StrictMode>
    <AuthProvider client={auth}>
      <Probes />
      <RouterProvider router={router} />
    </AuthProvider>
  </StrictMode>,
)
