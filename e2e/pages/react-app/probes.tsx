/** Components that read one thing each and tell how often they render; on the screen from the first render on. */
import { useAuth, useIdle, useUser } from '@latchkey/react'
import { useEffect } from 'react'
import { recordCommit, recordRender } from '../react-and-vue/record.js'

export function Probes() {
  return (
    <header>
      <StatusProbe />
      <UserProbe />
      <IdleProbe />
    </header>
  )
}

function StatusProbe() {
  const { status } = useAuth()
  recordRender('status', { status })
  useEffect(() => recordCommit('status'))
  return <p id="status">{status}</p>
}

function UserProbe() {
  const user = useUser()
  recordRender('user')
  useEffect(() => recordCommit('user'))
  return <p id="user">{user?.name}</p>
}

function IdleProbe() {
  const idle = useIdle()
  return <p id="idle">{idle?.secondsLeft}</p>
}
