// `npm test`: everything that must hold, each step announced and timed, one plain line at the end.
import { playwrightStep, reportOf, runTests, vitestStep } from './lib/test-run.mjs'

await runTests([
  { name: 'lint', command: 'pnpm', args: ['lint:code'] },
  { name: 'format', command: 'pnpm', args: ['lint:format'] },
  { name: 'unused code', command: 'pnpm', args: ['lint:unused'] },
  { name: 'types', command: 'pnpm', args: ['typecheck'] },
  vitestStep('unit tests'),
  { name: 'size', command: 'pnpm', args: ['check:size'] },
  { name: 'packages', command: 'pnpm', args: ['check:packages'] },
  await playwrightStep('browser tests', ['test:e2e']),
  // by the results of both runs: a test that was not run proves nothing
  {
    name: 'security rows',
    command: 'pnpm',
    args: ['check:battery', '--quiet', reportOf('unit tests'), reportOf('browser tests')],
  },
])
