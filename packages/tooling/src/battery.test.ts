import { expect, it } from 'vitest'
import { examineBattery, namedTestsIn, rowsOf, type NamedTest } from './battery.js'
import type { SecurityRow } from './security-row.js'
import { securityRows } from './security-rows.js'
import { testFiles } from './test-files.js'
import { parseTestReport } from './test-reports.js'

const rows: SecurityRow[] = [
  { id: 'A1', level: 'attack', title: 'a forged callback' },
  { id: 'J4', level: 'attack', title: 'fragments', leftOut: 'not offered' },
]

function test(name: string, result?: NamedTest['result']): NamedTest {
  return { path: 'a.test.ts', name, ...(result && { result }) }
}

it('finds a test for every row of the battery that applies, and no test of a row there is not', () => {
  const { lines, faults } = examineBattery(securityRows, testFiles().flatMap(namedTestsIn))
  expect(lines.length).toBeGreaterThan(250)
  expect(faults).toEqual([])
})

it('lists each row once', () => {
  const ids = securityRows.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

it.each([
  ['A4, R6: a second code is refused', ['A4', 'R6']],
  ['I-7: 204 is taken as it comes', ['I-7']],
  ['H: one check each', ['H']],
  [
    'U1, oidcc-client-test-userinfo-bearer-header, -scope-userinfo-claims: gives the claims',
    ['U1', 'oidcc-client-test-userinfo-bearer-header', 'oidcc-client-test-scope-userinfo-claims'],
  ],
  ['oidcc-client-test: signs in', ['oidcc-client-test']],
  ['reads A4: not at its beginning', []],
  ['fuzz: nothing of ours is a row', []],
  ['A4 is told in the middle', []],
  ['https://as.test/: a URL', []],
])('reads the rows of the name %j', (name, ids) => {
  expect(rowsOf(name)).toEqual(ids)
})

it('finds names in titles, in templates and in the tables behind them', () => {
  const text = `
    const table = [['A1: forged', { code: 'x' }], { name: 'A2: wrong' }]
    it.each(table)('%s', () => {})
    it(\`A3: no \${what}\`, () => {})
    it('nothing of the battery', () => {})`
  const names = namedTestsIn({ path: 'a.test.ts', text }).map(({ name }) => name)
  expect(names.sort()).toEqual(['A1: forged', 'A2: wrong', 'A3: no '])
})

it.each([
  ['a row without a test', [], 'A1 (a forged callback) has no test'],
  [
    'a row that lost its test to a new name',
    [test('forged')],
    'A1 (a forged callback) has no test',
  ],
  [
    'a test that failed',
    [test('A1: x', 'failed')],
    'A1 (a forged callback) has a test that failed',
  ],
  [
    'tests that were not run',
    [test('A1: x', 'skipped')],
    'A1 (a forged callback) has no test that was run',
  ],
  [
    'a row there is not',
    [test('A1: x'), test('A99: y')],
    'a.test.ts names A99, which is no row: A99: y',
  ],
  [
    'a module there is not',
    [test('A1, -invalid-x: y')],
    'a.test.ts names oidcc-client-test-invalid-x, which is no row: A1, -invalid-x: y',
  ],
  [
    'a row left out and tested',
    [test('A1, J4: x')],
    'J4 (fragments) is left out, and yet has a test',
  ],
])('fails on %s', (_, tests, fault) => {
  expect(examineBattery(rows, tests).faults).toEqual([fault])
})

it('is content with a row that has a test, be it named or passed, and with scenarios', () => {
  expect(examineBattery(rows, [test('A1: x'), test('S14: y')]).faults).toEqual([])
  expect(examineBattery(rows, [test('A1: x', 'passed'), test('A1: y', 'skipped')]).faults).toEqual(
    [],
  )
})

it('reads results from the reports of both runners, and nothing else', () => {
  const vitest = {
    testResults: [
      {
        name: '/r/a.test.ts',
        assertionResults: [
          { title: 'A1: x', status: 'passed' },
          { title: 'A1: y', status: 'pending' },
        ],
      },
    ],
  }
  const playwright = {
    suites: [
      {
        file: 'a.spec.ts',
        specs: [{ title: 'A1: x', ok: false, tests: [{ status: 'unexpected' }] }],
        suites: [
          {
            file: 'a.spec.ts',
            specs: [{ title: 'A1: y', ok: true, tests: [{ status: 'skipped' }] }],
          },
        ],
      },
    ],
  }
  const resultsOf = (report: unknown) =>
    parseTestReport(JSON.stringify(report)).map(({ result }) => result)
  expect(resultsOf(vitest)).toEqual(['passed', 'skipped'])
  expect(resultsOf(playwright)).toEqual(['failed', 'skipped'])
  expect(() => parseTestReport('{}')).toThrow('neither')
})
