import fc from 'fast-check'
import { expect, it } from 'vitest'
import { captureCallback } from './capture-callback.js'

function capture(url: string, redirectUri = '/callback') {
  let address = url
  const page = { url: () => address, replaceUrl: (next: string) => void (address = next) }
  const response = captureCallback(page, redirectUri, 'lk.')
  return { address, response: response && Object.fromEntries(response) }
}

const state = 'state=lk.abc'

it('takes a response of ours whole, and leaves the rest of the address', () => {
  const { address, response } = capture(`https://app.test/callback?a=1&code=c&${state}&b=2#part`)
  expect(response).toMatchObject({ code: 'c', state: 'lk.abc' })
  expect(address).toBe('https://app.test/callback?a=1&b=2#part')
})

it('takes errors out of the address as well', () => {
  const { address } = capture(
    `https://app.test/callback?error=access_denied&error_description=x&error_uri=y&${state}&session_state=z&iss=i`,
  )
  expect(address).toBe('https://app.test/callback')
})

it.each([
  ['another path', `https://app.test/stripe?code=x&${state}`],
  ['a path below', `https://app.test/callback/stripe?code=x&${state}`],
  ["somebody else's state", 'https://app.test/callback?code=x&state=y'],
  ['no state', 'https://app.test/callback?code=x'],
  ['a state in the fragment', `https://app.test/callback#code=x&${state}`],
])('leaves %s alone', (_, url) => {
  expect(capture(url)).toEqual({ address: url, response: undefined })
})

it('A8: hands over what the implicit flow left in the fragment only as a mark, and removes it', () => {
  const { address, response } = capture(
    `https://app.test/callback?${state}&code=c#access_token=secret&token_type=bearer`,
  )
  expect(response).toMatchObject({ token: '' })
  expect(JSON.stringify(response)).not.toContain('secret')
  expect(address).toBe('https://app.test/callback')
})

it('compares the path of a redirect URI on this origin only', () => {
  const url = `https://app.test/callback?code=c&${state}`
  expect(capture(url, 'https://other.test/callback').response).toBeUndefined()
})

it('never throws, never moves to another origin or path, and leaves no parameter of a response behind', () => {
  const name = fc.constantFrom('code', 'state', 'iss', 'error', 'access_token', 'tab', 'x')
  const query = fc.array(fc.tuple(name, fc.oneof(fc.constant('lk.s'), fc.string())))
  fc.assert(
    fc.property(query, fc.string(), (pairs, hash) => {
      const url = new URL('https://app.test/callback')
      for (const [key, value] of pairs) url.searchParams.append(key, value)
      url.hash = hash
      const { address, response } = capture(url.href)
      const after = new URL(address)
      expect(after.origin + after.pathname).toBe('https://app.test/callback')
      if (!response) expect(address).toBe(url.href)
      else expect([...after.searchParams.keys()].every((key) => /^(tab|x)$/.test(key))).toBe(true)
    }),
  )
})
