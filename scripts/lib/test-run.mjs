// What `npm test` and `npm run test:long` share: runs the steps, tells what came of each, and ends with one plain line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BROWSER_VARIABLE, findBrowser } from './browser.mjs'
import { environmentWithPnpm } from './pnpm.mjs'
import { giveUp, inWords, say } from './say.mjs'
import { outcome, runSteps } from './steps.mjs'
import { countPlaywright, countVitest } from './test-counts.mjs'

/** @typedef {import('./steps.mjs').Step} Step */

/**
 * Runs the steps and sets the exit code.
 *
 * @param {Step[]} steps
 */
export async function runTests(steps) {
  const pnpm = await environmentWithPnpm()
  if (!pnpm) giveUp('pnpm is missing; run "node scripts/prepare.mjs" first.')
  const startedAt = performance.now()
  const results = await runSteps(steps, pnpm.env, say)
  rmSync(reports, { recursive: true, force: true })

  process.stdout.write('\n')
  for (const result of results) say(outcome(result))
  say(`all of it took ${inWords(performance.now() - startedAt)}`)

  const passed = results.reduce((sum, { counts }) => sum + counts.passed, 0)
  const failed = results.reduce((sum, { counts }) => sum + counts.failed, 0)
  const summary = `${passed} passed, ${failed} failed\n`
  // For callers that must end with this line whatever npm prints after us.
  if (process.env.LATCHKEY_TEST_SUMMARY) writeFileSync(process.env.LATCHKEY_TEST_SUMMARY, summary)
  process.stdout.write(summary)
  process.exitCode = failed === 0 ? 0 : 1
}

const reports = mkdtempSync(join(tmpdir(), 'latchkey-test-'))

/**
 * Where the step of this name leaves its report, for steps after it.
 *
 * @param {string} name
 */
export function reportOf(name) {
  return join(reports, `${name}.json`)
}

/**
 * A step of Vitest, counted by its tests.
 *
 * @param {string} name
 * @param {string[]} args What to run; all without it.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Step}
 */
export function vitestStep(name, args = [], env = {}) {
  const report = reportOf(name)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${report}`]
  return {
    name,
    command: 'pnpm',
    args: ['test:unit', ...args, ...reporters],
    env,
    count: () => countVitest(report),
  }
}

/**
 * A step of Playwright in the browser that `prepare.mjs` has found, counted by its tests.
 *
 * @param {string} name
 * @param {string[]} args The pnpm script and what it is to run.
 * @returns {Promise<Step>}
 */
export async function playwrightStep(name, args) {
  const report = reportOf(name)
  const browser = await findBrowser()
  return {
    name,
    command: 'pnpm',
    args: [...args, '--reporter=list,json'],
    env: {
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
      ...(browser && { [BROWSER_VARIABLE]: browser.path }),
    },
    count: () => countPlaywright(report),
  }
}
