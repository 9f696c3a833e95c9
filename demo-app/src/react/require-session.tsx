// The guard: pages need a session, and stay mounted with all that was typed into them when it ends.
import { useAuth } from '@latchkey/react'
import { useRef } from 'react'
import { Outlet } from 'react-router'
import { Landing } from './landing.js'
import { SignInAgain } from './sign-in-again.js'
import { StepUpNotice } from './step-up-notice.js'
import { Waiting } from './waiting.js'

export function RequireSession() {
  const auth = useAuth()
  const wasSignedIn = useRef(false)
  if (auth.status === 'signed-in') wasSignedIn.current = true
  // After a sign-out nothing of the person may stay on the screen.
  if (auth.status === 'signed-out' && auth.reason !== 'session-ended') wasSignedIn.current = false

  if (auth.status === 'signed-in' || wasSignedIn.current)
    return (
      <>
        {auth.status === 'signed-in' ? <StepUpNotice /> : <SignInAgain />}
        <Outlet />
      </>
    )
  return auth.status === 'restoring' ? <Waiting /> : <Landing />
}
