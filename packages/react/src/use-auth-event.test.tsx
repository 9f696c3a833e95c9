import { act } from '@testing-library/react'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { createFakeAuthClient } from './test-support/fake-auth-client.js'
import { renderWith } from './test-support/render.js'
import { useAuthEvent } from './use-auth-event.js'

it('calls the newest listener, once per event, until the component unmounts', () => {
  const client = createFakeAuthClient()
  const heard: string[] = []
  let setLabel: (label: string) => void = () => undefined
  function Log() {
    const [label, set] = useState('first')
    setLabel = set
    useAuthEvent('signed-in', ({ subject }) => heard.push(`${label} ${subject}`))
    return null
  }
  const { unmount } = renderWith(client, <Log />, { strict: true })
  client.emit('signed-in', { subject: 'ada' })
  act(() => setLabel('second'))
  client.emit('signed-in', { subject: 'bob' })
  expect(client.listenerCount).toBe(1)
  unmount()
  client.emit('signed-in', { subject: 'eve' })
  expect(heard).toEqual(['first ada', 'second bob'])
  expect(client.listenerCount).toBe(0)
})
