import { expect, it } from 'vitest'
import * as core from './index.js'

it('J10: exports these names and no others', () => {
  expect(Object.keys(core).sort()).toEqual([
    'AuthError',
    'ConfigurationError',
    'InvalidTokenResponseError',
    'RefreshPostponedError',
    'SessionChangedError',
    'SessionEndedError',
    'SignInFailedError',
    'SignInRequiredError',
    'StorageError',
    'TokenEndpointError',
    'UnsupportedEnvironmentError',
    'authErrorOf',
    'createAuthClient',
    'createAuthFetch',
    'isAuthError',
    'keepConnected',
    'pinRequest',
    'requestProtectedResource',
  ])
})

it('knows an error of another copy of the library, and one that a transport wraps', async () => {
  const own = new core.SessionEndedError('idle', 'idle')
  expect(core.isAuthError(own)).toBe(true)
  expect(core.authErrorOf(new Error('request failed', { cause: own }))).toBe(own)
  const foreign = Object.defineProperty(new Error('x'), Symbol.for('latchkey.error'), {
    value: true,
  })
  expect(core.isAuthError(foreign)).toBe(true)
  expect([new Error('x'), undefined, null, 'x', {}].map(core.isAuthError)).toEqual(
    Array(5).fill(false),
  )
})
