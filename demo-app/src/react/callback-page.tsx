// The redirect URI's page: seen for a moment while the client takes in the issuer's answer, or when that answer was none.
import { useAuth, useAuthClient } from '@latchkey/react'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { Landing } from './landing.js'
import { Waiting } from './waiting.js'

export function CallbackPage() {
  const auth = useAuth()
  const client = useAuthClient()
  const navigate = useNavigate()

  useEffect(() => {
    let isShown = true
    // The client has gone where the user wanted by then; whoever is still here came by a bookmark or a used link.
    void client.ready.then(() => {
      if (isShown && client.state.status === 'signed-in') void navigate('/', { replace: true })
    })
    return () => {
      isShown = false
    }
  }, [client, navigate])

  return auth.status === 'signed-out' ? <Landing /> : <Waiting />
}
