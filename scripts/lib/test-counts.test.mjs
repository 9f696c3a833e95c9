import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { countPlaywright, countVitest } from './test-counts.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-counts-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function report(/** @type {unknown} */ content) {
  const path = join(folder, 'report.json')
  writeFileSync(path, JSON.stringify(content))
  return path
}

it('counts the tests of a Vitest report', () => {
  const path = report({
    numPassedTests: 12,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ],
  })
  expect(countVitest(path)).toEqual({ passed: 12, failed: 1, skipped: 3 })
})

it('counts a Vitest file that could not be loaded as a failure', () => {
  const path = report({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [{ status: 'failed', assertionResults: [] }],
  })
  expect(countVitest(path)).toEqual({ passed: 3, failed: 1, skipped: 0 })
})

it('counts the tests of a Playwright report, with its own errors as failures', () => {
  const path = report({
    stats: { expected: 8, unexpected: 1, flaky: 1, skipped: 2 },
    errors: [{ message: 'the web server did not start' }],
  })
  expect(countPlaywright(path)).toEqual({ passed: 9, failed: 2, skipped: 2 })
})
