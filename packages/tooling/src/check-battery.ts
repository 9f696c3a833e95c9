// `pnpm check:battery [report.json ...]`: prints rows and their tests, and fails on a row without one. Given the JSON reports of a
// test run it also tells how each came out; without, it reads the names in the test files. With --quiet only what is wrong.
import { readFileSync } from 'node:fs'
import { examineBattery, namedTestsIn, type BatteryLine, type NamedTest } from './battery.js'
import { securityRows } from './security-rows.js'
import { testFiles } from './test-files.js'
import { parseTestReport } from './test-reports.js'

function main(reports: string[], isQuiet: boolean): void {
  const tests = reports.length > 0 ? reports.flatMap(read) : testFiles().flatMap(namedTestsIn)
  const { lines, faults } = examineBattery(securityRows, tests)
  if (!isQuiet) for (const line of lines) console.log(describe(line))
  for (const fault of faults) console.error(fault)
  const applying = lines.filter(({ row }) => !row.leftOut)
  const tested = applying.filter((line) => line.tests.length > 0)
  console.log(
    `${lines.length} rows, ${applying.length} apply, ${tested.length} have tests, ${faults.length} faults`,
  )
  if (faults.length > 0) process.exitCode = 1
}

function read(path: string): NamedTest[] {
  return parseTestReport(readFileSync(path, 'utf8'))
}

function describe({ row, tests }: BatteryLine): string {
  const head = `${row.id.padEnd(6)} ${row.level.padEnd(9)} ${row.title}`
  if (row.leftOut) return `${head}\n       left out: ${row.leftOut}`
  return [
    head,
    ...tests.map(({ path, name, result }) => `       ${result ?? 'named'}  ${path}  ${name}`),
  ].join('\n')
}

const given = process.argv.slice(2)
main(
  given.filter((argument) => !argument.startsWith('--')),
  given.includes('--quiet'),
)
