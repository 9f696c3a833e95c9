import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Cell, MeasureResult } from '../lib/measure.js'

export interface Results {
  machine: Record<string, Cell>
  versions: Record<string, string>
  measures: Record<string, MeasureResult & { scale: number; seconds: number }>
}

export async function readResults(file: string): Promise<Results> {
  if (!existsSync(file)) return { machine: {}, versions: {}, measures: {} }
  return JSON.parse(await readFile(file, 'utf8')) as Results
}

export async function writeResults(file: string, results: Results): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(results, undefined, 2)}\n`)
}
