import { expect, it } from 'vitest'
import { objectionOf } from './problem.js'

it.each([
  new TypeError('fetch of https://as.test/?code=secret failed'),
  new SyntaxError('Unexpected token in "rt-secret"'),
  Object.assign(new Error('rt-secret'), { code: 'ECONNRESET' }),
  'rt-secret',
  undefined,
])('J5: tells nothing of an error that is not oauth4webapi’s own: %s', (error) => {
  expect(objectionOf(error)).toBe('malformed')
})

it('tells what oauth4webapi objects to', () => {
  const error = Object.assign(new Error('unexpected JWT "nonce"'), {
    code: 'OAUTH_INVALID_RESPONSE',
  })
  expect(objectionOf(error)).toBe('unexpected JWT "nonce"')
})
