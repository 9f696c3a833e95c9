// `pnpm start`: installs the contenders, builds the packages of the workspace, and measures. Plain Node: nothing is installed yet.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bench = fileURLToPath(new URL('.', import.meta.url))
const repository = fileURLToPath(new URL('..', import.meta.url))
const words = process.argv.slice(2)
// what is there is taken as it is: for a second run of one measure
const isReady = words.includes('--no-build')

if (!isReady) {
  await run('pnpm', ['install', '--ignore-workspace', '--frozen-lockfile'], bench)
  await run('pnpm', ['build'], repository)
}
await run(
  process.execPath,
  ['--import', 'tsx', 'src/main.ts', ...words.filter((word) => word !== '--no-build')],
  bench,
)

/** Shows the output, and ends with the program's code if it fails. */
function run(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'inherit', 'inherit'],
      // on Windows pnpm is a .cmd file, which only a shell can start
      shell: process.platform === 'win32' && command === 'pnpm',
    })
    child.on('error', () => process.exit(127))
    child.on('close', (code) => (code === 0 ? resolve() : process.exit(code ?? 1)))
  })
}
