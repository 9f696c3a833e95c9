import fc from 'fast-check'
import { expect, it } from 'vitest'
import { safeReturnTo } from './return-to.js'

const app = 'https://app.test/inner/page?x=1'

it.each([
  ['/notes?id=1#top', '/notes?id=1#top'],
  ['notes', '/inner/notes'],
  ['?tab=2', '/inner/page?tab=2'],
  ['#part', '/inner/page?x=1#part'],
  ['https://app.test/notes', '/notes'],
  ['HTTPS://APP.TEST:443/notes', '/notes'],
  ['/a/https://evil.test/', '/a/https://evil.test/'],
  ['/?next=https://evil.test/', '/?next=https://evil.test/'],
])('leads back into the app with %j', (value, path) => {
  expect(safeReturnTo(value, app)).toBe(path)
})

it.each([
  ...named(
    'D1, R10',
    '//evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '\\/evil.test',
    '/\t/evil.test',
  ),
  ...named(
    'D1, R10',
    '\t//evil.test',
    ' //evil.test',
    '\n//evil.test',
    '/\n/evil.test',
    '/.//evil.test',
    '/..//evil.test',
  ),
  ...named(
    'D2, R10',
    'http:evil.test',
    'http:/evil.test',
    'HtTpS://evil.test',
    'https:\\\\evil.test',
    'http://app.test/',
  ),
  ...named(
    'D3, R10',
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    '\0javascript:alert(1)',
    'data:text/html,x',
  ),
  ...named(
    'D3, R10',
    'blob:https://app.test/2f0a',
    'vbscript:x',
    'filesystem:https://app.test/x',
    'about:blank',
  ),
  ...named(
    'D5, R10',
    'https://app.test@evil.test/',
    'https://evil.test\\@app.test',
    'https://app.test.evil.test/',
  ),
  ...named('D5, R10', 'https://app.test./', 'https://аpp.test/', 'https://app.test:444/'),
  ...named(
    'D7',
    5,
    null,
    undefined,
    {},
    [],
    ['/notes'],
    new Date(0),
    'x'.repeat(100_000),
    'https://[',
  ),
])('%s: %j leads to the start page', (_, value) => {
  expect(safeReturnTo(value, app)).toBe('/')
})

it('D1, D2, D3, D5, R10: whatever it is given, it never leads out of the app', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '//',
    '.',
    '..',
    ':',
    '@',
    '?',
    '#',
    '\t',
    '\n',
    ' ',
    '\0',
    'https',
    'javascript',
    'evil.test',
    'app.test',
    '%2f',
  )
  const value = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.string(),
    fc.anything({ maxDepth: 1 }),
  )
  fc.assert(
    fc.property(value, (given) => {
      const path = safeReturnTo(given, app)
      // however it is used: as a URL, by a router, or by history
      expect(new URL(path, app).origin).toBe('https://app.test')
      expect(path).toMatch(/^\/(?![/\\])/)
    }),
    { numRuns: 1000 },
  )
})

function named(rows: string, ...values: unknown[]): [string, unknown][] {
  return values.map((value) => [rows, value])
}
