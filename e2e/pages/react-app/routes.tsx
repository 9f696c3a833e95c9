import { RequireAuth, SignedIn, SignedOut, useAuth, type AuthClient } from '@latchkey/react'
import { authMiddleware } from '@latchkey/react/react-router'
import { Outlet, useParams, useRouteError, type RouteObject } from 'react-router'
import { recordRender } from '../react-and-vue/record.js'
import { HalfFilledForm } from './half-filled-form.js'

export function createRoutes(auth: AuthClient): RouteObject[] {
  return [
    {
      Component: Outlet,
      ErrorBoundary: ErrorScreen,
      HydrateFallback: Waiting,
      children: [
        { index: true, Component: Home },
        { path: 'callback', Component: Waiting },
        {
          middleware: [authMiddleware(auth)],
          children: [{ path: 'orders/:id', Component: Order }],
        },
        { path: 'form', Component: FormPage },
        { path: '*', Component: Elsewhere },
      ],
    },
  ]
}

function Home() {
  const { signIn, signOut } = useAuth()
  return (
    <main>
      <SignedOut>
        <SignInButton onClick={() => void signIn()} />
      </SignedOut>
      <SignedIn>
        {(user) => <button onClick={() => void signOut()}>Sign out {user.name}</button>}
      </SignedIn>
    </main>
  )
}

function SignInButton({ onClick }: { onClick: () => void }) {
  recordRender('sign-in button')
  return (
    <button id="sign-in" onClick={onClick}>
      Sign in
    </button>
  )
}

function Order() {
  const { id } = useParams()
  return <h1>Order {id}</h1>
}

function FormPage() {
  return (
    <RequireAuth fallback={<Waiting />}>
      <HalfFilledForm />
    </RequireAuth>
  )
}

function Waiting() {
  return <p>One moment …</p>
}

function Elsewhere() {
  return <h1>Elsewhere</h1>
}

function ErrorScreen() {
  const error = useRouteError()
  recordRender('error screen', { error: String(error) })
  return <p role="alert">{String(error)}</p>
}
