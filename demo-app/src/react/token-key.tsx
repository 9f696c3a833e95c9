// The time left on the access token, drawn past React: sixty renders a second would be a poor example.
import { useAuth } from '@latchkey/react'
import { useEffect, useRef } from 'react'
import { drawTokenLife, type TokenLife } from '../shared/life-of-token.js'
import { useDemo, useStore } from './use-demo.js'

export function TokenKey() {
  const auth = useAuth()
  const { session } = useDemo()
  const { lifeMs, refreshes } = useStore(session.picture)
  const element = useRef<HTMLDivElement>(null)
  const life = useRef<TokenLife>({ expiresAt: undefined, lifeMs })

  const expiresAt = auth.status === 'signed-in' ? auth.expiresAt : undefined

  useEffect(() => {
    life.current = { expiresAt, lifeMs }
  }, [expiresAt, lifeMs])

  useEffect(
    () => (element.current ? drawTokenLife(element.current, () => life.current) : undefined),
    [],
  )

  return (
    <div
      ref={element}
      className="key"
      role="meter"
      aria-label="Time left on the access token"
      aria-valuemin={0}
      data-testid="token-key"
    >
      <div className="key-bow">
        {/* A new element for each refresh starts the pulse anew. */}
        <span key={refreshes} className={refreshes > 0 ? 'key-halo pulse' : 'key-halo'} />
        <span className="key-seconds" data-seconds="" />
      </div>
      <div className="key-shank">
        <div className="key-metal worn" />
        <div className="key-rest">
          <div className="key-metal" />
        </div>
      </div>
    </div>
  )
}
