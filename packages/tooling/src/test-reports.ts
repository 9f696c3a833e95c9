// Reads the names and results of tests from the JSON reports of Vitest and Playwright.
import { repositoryRoot } from './repository.js'
import type { NamedTest } from './battery.js'

interface VitestReport {
  testResults: {
    name: string
    assertionResults: { title: string; status: string }[]
  }[]
}

interface PlaywrightSuite {
  file: string
  specs?: { title: string; ok: boolean; tests: { status: string }[] }[]
  suites?: PlaywrightSuite[]
}

interface PlaywrightReport {
  config: { rootDir: string }
  suites: PlaywrightSuite[]
}

/** @throws {Error} It is a report of neither. */
export function parseTestReport(json: string): NamedTest[] {
  const report = JSON.parse(json) as Partial<VitestReport & PlaywrightReport>
  if (report.testResults) return report.testResults.flatMap(ofVitest)
  if (report.suites) return report.suites.flatMap(ofPlaywright)
  throw new Error('neither a report of Vitest nor of Playwright')
}

function ofVitest({ name, assertionResults }: VitestReport['testResults'][number]): NamedTest[] {
  return assertionResults.map(({ title, status }) => ({
    path: name.replace(repositoryRoot, ''),
    name: title,
    result: status === 'passed' || status === 'failed' ? status : 'skipped',
  }))
}

function ofPlaywright({ file, specs = [], suites = [] }: PlaywrightSuite): NamedTest[] {
  const own = specs.map(({ title, ok, tests }): NamedTest => {
    const isSkipped = tests.every(({ status }) => status === 'skipped')
    return { path: file, name: title, result: isSkipped ? 'skipped' : ok ? 'passed' : 'failed' }
  })
  return [...own, ...suites.flatMap(ofPlaywright)]
}
