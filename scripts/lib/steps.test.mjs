import { expect, it } from 'vitest'
import { runSteps } from './steps.mjs'

const node = process.execPath
const counts = { passed: 5, failed: 0, skipped: 0 }

const ignore = () => {}

/** @type {(code: number) => { command: string, args: string[] }} */
const exits = (code) => ({ command: node, args: ['-e', `process.exit(${code})`] })

it('runs the steps after a failed one', async () => {
  /** @type {string[]} */
  const told = []
  const results = await runSteps(
    [
      { name: 'first', ...exits(3) },
      { name: 'second', ...exits(0) },
    ],
    process.env,
    (line) => told.push(line),
  )
  expect(results.map((result) => result.counts)).toEqual([
    { passed: 0, failed: 1, skipped: 0 },
    { passed: 1, failed: 0, skipped: 0 },
  ])
  expect(told.map((line) => line.replace(/\(.*\)/, ''))).toEqual([
    '[1/2] first',
    'first: 0 passed, 1 failed ',
    '[2/2] second',
    'second: 1 passed, 0 failed ',
  ])
})

it('takes the counts of a step from its report', async () => {
  const [result] = await runSteps(
    [{ name: 'unit', ...exits(0), count: () => counts }],
    process.env,
    ignore,
  )
  expect(result?.counts).toEqual(counts)
})

it('is not deceived by a report without failures when the runner failed', async () => {
  const [result] = await runSteps(
    [{ name: 'unit', ...exits(1), count: () => counts }],
    process.env,
    ignore,
  )
  expect(result?.counts).toEqual({ passed: 5, failed: 1, skipped: 0 })
})

it('counts a step without a readable report as one failure', async () => {
  const count = () => {
    throw new Error('no such file')
  }
  const [result] = await runSteps([{ name: 'unit', ...exits(0), count }], process.env, ignore)
  expect(result?.counts).toEqual({ passed: 0, failed: 1, skipped: 0 })
})
