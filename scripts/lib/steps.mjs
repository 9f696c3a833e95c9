// Runs the steps of `npm test` one after the other, all of them, and adds up what they found.
import { inWords } from './say.mjs'
import { run } from './run.mjs'
import { root } from './root.mjs'

/**
 * @typedef {import('./test-counts.mjs').Counts} Counts
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} [env] Beside the environment of all steps.
 * @property {() => Counts} [count] Reads the step's own report. Without it the step counts as one test.
 *
 * @typedef {{ name: string, durationMs: number, counts: Counts }} StepResult
 */

/**
 * Runs every step even if one fails, so that one run tells everything.
 *
 * @param {Step[]} steps
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} tell
 * @returns {Promise<StepResult[]>}
 */
export async function runSteps(steps, env, tell) {
  const results = []
  for (const [index, step] of steps.entries()) {
    tell(`[${index + 1}/${steps.length}] ${step.name}`)
    const result = await runStep(step, env)
    results.push(result)
    tell(outcome(result))
  }
  return results
}

/**
 * @param {Step} step
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<StepResult>}
 */
async function runStep(step, env) {
  const startedAt = performance.now()
  const { code } = await run(step.command, step.args, { cwd: root, env: { ...env, ...step.env } })
  const durationMs = performance.now() - startedAt
  return { name: step.name, durationMs, counts: countsOf(step, code) }
}

/**
 * @param {Step} step
 * @param {number} code
 */
function countsOf(step, code) {
  const ofExitCode = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
  if (!step.count) return ofExitCode
  try {
    const counts = step.count()
    // An unhandled error fails the runner although every test passed.
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

/**
 * One line for people: what the step found and how long it took.
 *
 * @param {StepResult} result
 */
export function outcome({ name, durationMs, counts }) {
  const skipped = counts.skipped ? `, ${counts.skipped} skipped` : ''
  return `${name}: ${counts.passed} passed, ${counts.failed} failed${skipped} (${inWords(durationMs)})`
}
