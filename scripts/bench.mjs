// `npm run bench`: the benchmarks, which are installed apart from the workspace.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { environmentWithPnpm } from './lib/pnpm.mjs'
import { root } from './lib/root.mjs'
import { run } from './lib/run.mjs'
import { giveUp } from './lib/say.mjs'

const bench = join(root, 'bench')
if (!existsSync(join(bench, 'package.json'))) giveUp('there are no benchmarks in bench/ yet.')
const pnpm = await environmentWithPnpm()
if (!pnpm) giveUp('pnpm is missing; run "node scripts/prepare.mjs" first.')

const { code } = await run('pnpm', ['start', ...process.argv.slice(2)], {
  cwd: bench,
  env: pnpm.env,
})
process.exitCode = code
