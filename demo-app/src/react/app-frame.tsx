// What is around every page: the header with the user, and the quiet voice for screen readers.
import { useAuth } from '@latchkey/react'
import { NavLink, Outlet } from 'react-router'
import { initialsOf, nameOf } from '../shared/wording.js'
import { Logo } from './logo.js'
import { useDemo, useStore } from './use-demo.js'

export function AppFrame() {
  const { session } = useDemo()
  const announcement = useStore(session.announcement)
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="top">
        <NavLink className="brand" to="/" aria-label="Latchkey demo, dashboard">
          <Logo />
          <span>Latchkey</span>
        </NavLink>
        <nav className="tabs-nav" aria-label="Pages">
          <NavLink to="/" end>
            Dashboard
          </NavLink>
          <NavLink to="/notes">Notes</NavLink>
          <a href="/vue/">Vue page</a>
        </nav>
        <UserMenu />
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <p className="visually-hidden" role="status" aria-live="polite" data-testid="announcement">
        {announcement}
      </p>
    </>
  )
}

function UserMenu() {
  const auth = useAuth()
  if (auth.status !== 'signed-in') return <div className="user" />
  return (
    <div className="user">
      <span className="avatar" aria-hidden="true">
        {initialsOf(auth.user)}
      </span>
      <span className="user-name" data-testid="user-name">
        {nameOf(auth.user)}
      </span>
      <button
        type="button"
        className="button quiet"
        data-testid="sign-out"
        onClick={() => void auth.signOut()}
      >
        Sign out
      </button>
    </div>
  )
}
