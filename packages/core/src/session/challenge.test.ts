import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findChallenge, parseChallenges } from './challenge.js'

it('reads several challenges with quoted strings, tokens and token68 (RFC 9110 §11.6.1)', () => {
  const header =
    'Negotiate YWJj==, Basic realm="a, \\"b\\"" , charset=UTF-8,Bearer error="invalid_token",scope="a b"'
  expect(read(header)).toEqual([
    ['negotiate', {}],
    ['basic', { realm: 'a, "b"', charset: 'UTF-8' }],
    ['bearer', { error: 'invalid_token', scope: 'a b' }],
  ])
})

it('reads a challenge without parameters, and none at all', () => {
  expect(read('Bearer')).toEqual([['bearer', {}]])
  expect(parseChallenges(null)).toEqual([])
  expect(parseChallenges('')).toEqual([])
})

it('takes the first of a repeated parameter, whatever its case', () => {
  expect(read('Bearer error="one", ERROR="two"')).toEqual([['bearer', { error: 'one' }]])
})

it('goes on behind what it cannot read', () => {
  expect(
    findChallenge('Basic realm=@@@, Bearer error="invalid_token"', 'invalid_token'),
  ).toBeTruthy()
  expect(findChallenge('=", Bearer error="invalid_token"', 'invalid_token')).toBeTruthy()
  expect(findChallenge('Basic realm="open, Bearer error="x"', 'x')).toBeUndefined()
})

it('finds the error of Bearer and DPoP only', () => {
  expect(findChallenge('DPoP error="use_dpop_nonce"', 'use_dpop_nonce')?.scheme).toBe('dpop')
  expect(findChallenge('Custom error="use_dpop_nonce"', 'use_dpop_nonce')).toBeUndefined()
})

it('looks at no more than 8 kB', () => {
  const far = `Basic realm="${'x'.repeat(8192)}", Bearer error="invalid_token"`
  expect(findChallenge(far, 'invalid_token')).toBeUndefined()
})

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~A-Za-z0-9-]{1,12}$/)
const text = fc.stringMatching(/^[\t -~]{0,20}$/)
const written = fc.array(
  fc.record({
    scheme: token,
    parameters: fc.uniqueArray(fc.record({ name: token, value: fc.oneof(token, text) }), {
      minLength: 1,
      maxLength: 5,
      selector: ({ name }) => name.toLowerCase(),
    }),
  }),
  { maxLength: 4 },
)

it('reads back whatever is written by the grammar', () => {
  fc.assert(
    fc.property(written, fc.constantFrom(', ', ',', ' ,\t'), (challenges, comma) => {
      const header = challenges
        .map(({ scheme, parameters }) => {
          const pairs = parameters.map(({ name, value }) => `${name}=${quote(value)}`)
          return `${scheme} ${pairs.join(comma)}`
        })
        .join(comma)
      expect(read(header)).toEqual(
        challenges.map(({ scheme, parameters }) => [
          scheme.toLowerCase(),
          Object.fromEntries(parameters.map(({ name, value }) => [name.toLowerCase(), value])),
        ]),
      )
    }),
    { numRuns: 200 },
  )
})

it('never throws, and gives strings only, whatever it is given', () => {
  const bits = fc.constantFrom(
    'Bearer',
    'error',
    '=',
    '"',
    '\\',
    ',',
    ' ',
    '\t',
    '\n',
    '=="',
    'é',
    '__proto__',
  )
  const noise = fc.oneof(
    fc.string(),
    fc.array(bits).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(noise, (header) => {
      const values = parseChallenges(header).flatMap(({ scheme, parameters }) => [
        scheme,
        ...Object.values(parameters),
      ])
      expect(values.filter((value) => typeof value !== 'string')).toEqual([])
    }),
    { numRuns: 300 },
  )
  expect(({} as Record<string, unknown>)['error']).toBeUndefined()
})

it('takes time in proportion to the length, however the header is made', () => {
  const bits = [
    ',',
    ' ',
    'a',
    'a ',
    'a=',
    'a=" ',
    'a="\\',
    'a =',
    '\\"',
    '="',
    'a  b ',
    'a b=',
    '=',
    ',=',
    'a,"',
  ]
  const starts = ['', 'a="', 'a ', 'a =', '"']
  for (const start of starts)
    for (const bit of bits) {
      const hostile = start + bit.repeat(8192)
      // quadratic would be 8192 times 8192 steps: hundreds of ms
      expect(
        fastestOf(5, () => parseChallenges(hostile)),
        `${start}${bit}…`,
      ).toBeLessThan(50)
    }
})

function read(header: string) {
  return parseChallenges(header).map(({ scheme, parameters }) => [scheme, { ...parameters }])
}

function quote(value: string): string {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`
}

function fastestOf(times: number, work: () => unknown): number {
  let best = Infinity
  for (let time = 0; time < times; time++) {
    const startedAt = performance.now()
    work()
    best = Math.min(best, performance.now() - startedAt)
  }
  return best
}
