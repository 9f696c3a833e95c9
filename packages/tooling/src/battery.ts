// Which test stands for which row of the security battery: a test's name begins with the rows it proves.
import { parseSync, Visitor } from 'oxc-parser'
import type { SourceFile } from './imports.js'
import type { SecurityRow } from './security-row.js'

export interface NamedTest {
  /** Where it is: a file of the repository. */
  readonly path: string
  readonly name: string
  /** Absent: only its name is known, it was not run. */
  readonly result?: 'passed' | 'failed' | 'skipped'
}

export interface BatteryLine {
  readonly row: SecurityRow
  readonly tests: readonly NamedTest[]
}

export interface Battery {
  readonly lines: readonly BatteryLine[]
  /** What is wrong, in sentences; none if all is well. */
  readonly faults: readonly string[]
}

/** Rows, scenarios, modules; `-name` is a module told after another one, or a behaviour of another plan. */
const identifier = /^(?:[A-Z]{1,3}-?\d{0,2}|oidcc-[\w-]+|-?[a-z][\w-]*-[\w-]+|happy-path)$/
/** What looks like a row must be one; `S1`… are scenarios, and names of other plans are not ours to list. */
const rowLike = /^(?:INV|DM|AR|RF|[A-RT-Z])-?\d*$|^oidcc-/

/** The rows a test's name begins with: `A4, R6: a second code is refused`. */
export function rowsOf(name: string): string[] {
  const [, head = ''] = /^([\w, -]+?): /.exec(name) ?? []
  const ids = head.split(', ')
  return ids.every((id) => identifier.test(id))
    ? ids.map((id) => (id.startsWith('-') ? `oidcc-client-test${id}` : id))
    : []
}

/** The texts in a test file that name rows: titles, and the tables behind them. */
export function namedTestsIn({ path, text }: SourceFile): NamedTest[] {
  const names: string[] = []
  new Visitor({
    Literal({ value }) {
      if (typeof value === 'string') names.push(value)
    },
    TemplateLiteral({ quasis }) {
      names.push(quasis[0]?.value.raw ?? '')
    },
  }).visit(parseSync(path, text).program)
  return names.filter((name) => rowsOf(name).length > 0).map((name) => ({ path, name }))
}

/**
 * Sets rows against tests.
 *
 * A row that applies needs a test; where results are known, at least one that passed and none that failed.
 */
export function examineBattery(rows: readonly SecurityRow[], tests: readonly NamedTest[]): Battery {
  const known = new Set(rows.map(({ id }) => id))
  const named = tests.flatMap((test) => rowsOf(test.name).map((id) => ({ id, test })))
  const lines = rows.map((row) => ({
    row,
    tests: named.filter(({ id }) => id === row.id).map(({ test }) => test),
  }))
  const unknown = named
    .filter(({ id }) => rowLike.test(id) && !known.has(id))
    .map(({ id, test }) => `${test.path} names ${id}, which is no row: ${test.name}`)
  return { lines, faults: [...lines.flatMap(faultOf), ...unknown] }
}

function faultOf({ row, tests }: BatteryLine): string[] {
  const what = `${row.id} (${row.title})`
  if (row.leftOut) return tests.length > 0 ? [`${what} is left out, and yet has a test`] : []
  if (tests.length === 0) return [`${what} has no test`]
  const results = tests.map(({ result }) => result)
  if (results.includes('failed')) return [`${what} has a test that failed`]
  return results.some((result) => result === undefined || result === 'passed')
    ? []
    : [`${what} has no test that was run`]
}
