// `pnpm start [measure …] [--scale=0.1] [--only=latchkey,reference] [--out=file]`: runs measures, prints tables, keeps the results.
import { parseArguments } from './arguments.js'
import type { Measure } from './lib/measure.js'
import { measures } from './measures.js'
import { describeMachine } from './report/machine.js'
import { readResults, writeResults, type Results } from './report/results.js'
import { table } from './report/table.js'
import { writePage } from './report/write-page.js'
import { installedVersions } from './report/versions.js'

const { names, out, ...options } = parseArguments(process.argv.slice(2))
const wanted = names.length === 0 ? measures : names.map(findMeasure)

const results: Results = out.merge
  ? await readResults(out.file)
  : { machine: {}, versions: {}, measures: {} }
results.machine = describeMachine()
results.versions = installedVersions()

for (const measure of wanted) {
  say(`\n${measure.title} (${measure.name})`)
  const startedAt = Date.now()
  const result = await measure.run({ ...options, log: (line) => say(`  ${line}`) })
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  results.measures[measure.name] = { ...result, scale: options.scale, seconds }
  say(`\n${table(result.rows)}\n${(result.notes ?? []).join('\n')}\n${seconds} s`)
  // after each: a run that is broken off keeps what it has
  await writeResults(out.file, results)
}
if (out.page) await writePage(results)

function findMeasure(name: string): Measure {
  const found = measures.find((measure) => measure.name === name)
  if (found) return found
  throw new Error(`no measure "${name}"; there are: ${measures.map((m) => m.name).join(', ')}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
