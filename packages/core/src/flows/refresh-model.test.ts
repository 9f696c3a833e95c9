import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { invariants, seen, type Finding } from './testing/model-findings.js'
import { plans } from './testing/model-moves.js'
import { runPlan } from './testing/refresh-model.js'

/** `LATCHKEY_RUNS=20000 LATCHKEY_SEED=7` for the long run; a failure prints the seed and the shortest plan that fails. */
const runs = Number(process.env['LATCHKEY_RUNS'] ?? 2000)
const seed = Number(process.env['LATCHKEY_SEED'] ?? 20260504)

let findings: readonly Finding[] = []
let report = ''

beforeAll(async () => {
  const property = fc.asyncProperty(plans, async (plan) => {
    const found = await runPlan(plan)
    if (found.length > 0) throw new Broken(found)
  })
  const result = await fc.check(property, { numRuns: runs, seed })
  if (!result.failed) return
  const broken = result.errorInstance
  if (!(broken instanceof Broken))
    throw new Error(fc.defaultReportMessage(result) ?? '', { cause: broken })
  findings = broken.findings
  report = fc.defaultReportMessage(result) ?? ''
}, 3_600_000)

class Broken extends Error {
  readonly findings: readonly Finding[]
  constructor(findings: readonly Finding[]) {
    super(JSON.stringify(findings, null, 1))
    this.findings = findings
  }
}

it.each(invariants)('%s', (invariant) => {
  const found = findings.filter((finding) => finding.invariant === invariant)
  expect(found, report).toEqual([])
})

it('has met everything that could endanger them', () => {
  expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([])
})
