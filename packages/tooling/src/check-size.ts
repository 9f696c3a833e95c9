// `pnpm check:size`: prints what Latchkey weighs and fails over budget; with --json for programs.
import { measureSizes, type Size } from './size-budgets.js'

function main(sizes: Size[]): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify(sizes, undefined, 2))
  else for (const size of sizes) console.log(line(size))
  if (sizes.length === 0) console.log('no package is written yet, nothing to measure')
  if (sizes.some(isOver)) process.exitCode = 1
}

function line(size: Size): string {
  const verdict = isOver(size) ? `OVER by ${size.bytes - size.budgetBytes}` : 'ok'
  return `${size.what.padEnd(36)} ${bytes(size.bytes)} of ${bytes(size.budgetBytes)} bytes  ${verdict}`
}

function bytes(count: number): string {
  return String(count).padStart(6)
}

function isOver(size: Size): boolean {
  return size.bytes > size.budgetBytes
}

main(await measureSizes())
