import { expect, it } from 'vitest'
import { outcome, runSteps } from './steps.mjs'

const node = process.execPath
const counts = { passed: 5, failed: 0, skipped: 0 }

/** @type {(code: number) => { command: string, args: string[] }} */
const exits = (code) => ({ command: node, args: ['-e', `process.exit(${code})`] })

it('runs the steps after a failed one', async () => {
  const results = await runSteps(
    [
      { name: 'first', ...exits(3) },
      { name: 'second', ...exits(0) },
    ],
    process.env,
  )
  expect(results.map((result) => result.counts)).toEqual([
    { passed: 0, failed: 1, skipped: 0 },
    { passed: 1, failed: 0, skipped: 0 },
  ])
})

it('takes the counts of a step from its report', async () => {
  const [result] = await runSteps([{ name: 'unit', ...exits(0), count: () => counts }], process.env)
  expect(result?.counts).toEqual(counts)
})

it('is not deceived by a report without failures when the runner failed', async () => {
  const [result] = await runSteps([{ name: 'unit', ...exits(1), count: () => counts }], process.env)
  expect(result?.counts).toEqual({ passed: 5, failed: 1, skipped: 0 })
})

it('counts a step without a readable report as one failure', async () => {
  const count = () => {
    throw new Error('no such file')
  }
  const [result] = await runSteps([{ name: 'unit', ...exits(0), count }], process.env)
  expect(result?.counts).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

it('says why a step was left out', async () => {
  const [result] = await runSteps([{ name: 'e2e', ...exits(1), skip: 'not written' }], process.env)
  expect(result && outcome(result)).toBe('e2e: left out, not written')
  expect(result?.counts).toEqual({ passed: 0, failed: 0, skipped: 0 })
})
