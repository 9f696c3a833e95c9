// Reads how many tests passed and failed from the reports of the test runners.
import { readFileSync } from 'node:fs'

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @type {(path: string) => Counts} */
export function countVitest(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'))
  // A file that could not even be loaded has no tests to fail, and must not go unseen.
  const brokenFiles = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** @type {(path: string) => Counts} */
export function countPlaywright(path) {
  const { stats, errors } = JSON.parse(readFileSync(path, 'utf8'))
  return {
    // Flaky: passed when it was tried again.
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  }
}
