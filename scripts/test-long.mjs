// `npm run test:long`: what takes too long for `npm test`. The model of the refresh in tens of thousands of runs, each part with a seed of its
// own, then the scenarios with their full numbers. Takes about an hour and a half on two cores.
import { playwrightStep, runTests, vitestStep } from './lib/test-run.mjs'

const seeds = [1, 2, 3, 4]
const runsPerSeed = 10_000

await runTests([
  ...seeds.map((seed) =>
    vitestStep(`model, seed ${seed}`, ['refresh-model'], {
      LATCHKEY_RUNS: `${runsPerSeed}`,
      LATCHKEY_SEED: `${seed}`,
    }),
  ),
  await playwrightStep('scenarios', ['test:e2e:long']),
])
