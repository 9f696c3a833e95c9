import { expect, it } from 'vitest'
import type { AuthClientOptions } from './auth-client.js'
import { assembleClient, createAuthClient } from './create-auth-client.js'
import { createFakeBrowser } from './environment/testing/fake-browser.js'
import { createAuthFetch } from './flows/auth-fetch.js'

const options: AuthClientOptions = {
  issuer: 'https://login.test',
  clientId: 'spa',
  redirectUri: '/callback',
  resources: [{ url: 'https://api.test/' }],
}

function createIn(url: string, changes: Partial<AuthClientOptions> = {}) {
  const tab = createFakeBrowser().openTab({ url })
  const registry = { attempts: new Map(), callbacks: new Map() }
  return { tab, auth: assembleClient({ ...options, ...changes }, tab.start, registry) }
}

it('K5: stays restoring on a server, and sends requests untouched', async () => {
  const auth = createAuthClient(options)
  await auth.ready
  expect(auth.state).toEqual({ status: 'restoring', hint: false })
  const sent: unknown[] = []
  const authFetch = createAuthFetch(auth, {
    fetch: (input, init) => {
      sent.push(input, init)
      return Promise.resolve(new Response('ok'))
    },
  })
  expect(await (await authFetch('https://api.test/notes')).text()).toBe('ok')
  expect(sent).toEqual(['https://api.test/notes', {}])
  auth.dispose()
})

it('gives the same snapshot until something changes, and tells subscribers', async () => {
  const { auth } = createIn('https://app.test/')
  const before = auth.state
  expect(auth.state).toBe(before)
  const seen: string[] = []
  const stop = auth.subscribe(() => seen.push(auth.state.status))
  await auth.ready
  expect(auth.state).toEqual({ status: 'signed-out', reason: 'never-signed-in' })
  expect(auth.state).toBe(auth.state)
  expect(Object.isFrozen(auth.state)).toBe(true)
  expect(seen).toEqual(['signed-out'])
  stop()
})

it('hints from the marker alone whether somebody was signed in', () => {
  const browser = createFakeBrowser()
  const statesAfter = (marker: string) => {
    browser.localStorage.setItem('latchkey:https://login.test spa ', marker)
    const registry = { attempts: new Map(), callbacks: new Map() }
    return assembleClient(options, browser.openTab().start, registry).state
  }
  expect(statesAfter('session')).toEqual({ status: 'restoring', hint: true })
  expect(statesAfter('!session')).toEqual({ status: 'restoring', hint: false })
})

it.each([
  ['issuer', { issuer: 'login.test' }],
  ['issuer', { issuer: 'http://login.test' }],
  ['issuer', { issuer: 'https://login.test/?tenant=a' }],
  ['clientId', { clientId: '' }],
  ['redirectUri', { redirectUri: '/#/callback' }],
  ['resources', { resources: [{ url: 'https://*.api.test/' }] }],
  ['resources', { resources: [{ url: '*' }] }],
  ['resources', { resources: [{ url: 'http://api.test/' }] }],
  ['resources', { resources: [{ url: 'https://user@api.test/' }] }],
  ['resources', { resources: [{ url: 'https://api.test/?v=1' }] }],
] as const)('AR7, E7: refuses a wrong %s by name: %j', (option, changes) => {
  const create = () => createIn('https://app.test/', changes)
  expect(create).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }) as Error)
})

it('takes http on loopback, for development', () => {
  const resources = [{ url: 'http://localhost:3000/api/' }]
  expect(() =>
    createIn('http://127.0.0.1/', { issuer: 'http://localhost:9400', resources }),
  ).not.toThrow()
})

it('J1: takes a response out of the address before anything else can read it', () => {
  const { tab } = createIn(
    'https://app.test/callback?code=c&state=lk..x&iss=https%3A%2F%2Flogin.test&tab=2#part',
  )
  expect(tab.environment.page.url()).toBe('https://app.test/callback?tab=2#part')
})

it('does not disturb what disposing twice finds', () => {
  const { auth } = createIn('https://app.test/')
  auth.dispose()
  expect(() => auth.dispose()).not.toThrow()
})
