// @vitest-environment node
import { createAuthClient, SignInRequiredError } from '@latchkey/core'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Suspense } from 'react'
import { renderToPipeableStream } from 'react-dom/server'
import { expect, it } from 'vitest'
import { AuthProvider } from './auth-provider.js'
import { useSuspenseUser } from './use-suspense-user.js'

function Name() {
  return useSuspenseUser().name
}

it('gives its part up on a server, instead of waiting for a session that never comes', async () => {
  const options = { issuer: 'https://a.example', clientId: 'spa', redirectUri: '/callback' }
  let waits = 0
  const client = {
    ...createAuthClient(options),
    get ready(): Promise<void> {
      // Waiting for what is settled and changes nothing would begin again and again.
      if ((waits += 1) > 3) throw new Error('It waits for ever.')
      return Promise.resolve()
    },
  }
  const errors: unknown[] = []
  const page = (
    <AuthProvider client={client}>
      <Suspense fallback="wait">
        <Name />
      </Suspense>
    </AuthProvider>
  )
  const stream = renderToPipeableStream(page, { onError: (error) => void errors.push(error) })
  expect(await text(stream.pipe(new PassThrough()))).toContain('wait')
  expect(errors).toEqual([expect.any(SignInRequiredError)])
})
