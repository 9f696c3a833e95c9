// `npm test`: everything that must hold, each step announced and timed, one plain line at the end.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BROWSER_VARIABLE, findBrowser } from './lib/browser.mjs'
import { environmentWithPnpm } from './lib/pnpm.mjs'
import { root } from './lib/root.mjs'
import { giveUp, inWords, say } from './lib/say.mjs'
import { outcome, runSteps } from './lib/steps.mjs'
import { countPlaywright, countVitest } from './lib/test-counts.mjs'

const pnpm = await environmentWithPnpm()
if (!pnpm) giveUp('pnpm is missing; run "node scripts/prepare.mjs" first.')
const browser = await findBrowser()

const reports = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
const vitestReport = join(reports, 'vitest.json')
const playwrightReport = join(reports, 'playwright.json')

/** @type {import('./lib/steps.mjs').Step[]} */
const steps = [
  { name: 'lint', command: 'pnpm', args: ['lint:code'] },
  { name: 'format', command: 'pnpm', args: ['lint:format'] },
  { name: 'unused code', command: 'pnpm', args: ['lint:unused'] },
  { name: 'types', command: 'pnpm', args: ['typecheck'] },
  {
    name: 'unit tests',
    command: 'pnpm',
    args: ['test:unit', '--reporter=default', '--reporter=json', `--outputFile=${vitestReport}`],
    count: () => countVitest(vitestReport),
  },
  { name: 'size', command: 'pnpm', args: ['check:size'] },
  { name: 'packages', command: 'pnpm', args: ['check:packages'] },
  {
    name: 'browser tests',
    command: 'pnpm',
    args: ['test:e2e', '--reporter=list,json'],
    env: {
      PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport,
      ...(browser && { [BROWSER_VARIABLE]: browser.path }),
    },
    count: () => countPlaywright(playwrightReport),
    skip: existsSync(join(root, 'e2e/playwright.config.ts'))
      ? undefined
      : 'there is no e2e/playwright.config.ts yet',
  },
]

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
