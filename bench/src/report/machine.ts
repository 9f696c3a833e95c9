import { cpus, loadavg, release, totalmem, type } from 'node:os'
import type { Cell } from '../lib/measure.js'

/** What a reader needs to judge the figures; nothing that names this machine. */
export function describeMachine(): Record<string, Cell> {
  return {
    date: new Date().toISOString().slice(0, 10),
    system: `${type()} ${release().split('-')[0]}`,
    processor: cpus()[0]?.model.trim(),
    cores: cpus().length,
    'memory (GB)': Math.round(totalmem() / 2 ** 30),
    'load at the start': Math.round((loadavg()[0] ?? 0) * 10) / 10,
    node: process.version,
  }
}
