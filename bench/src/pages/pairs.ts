// Two ways to send the same request, in turn: what the machine does meanwhile hits both.
import type { PairOptions, PairOutcome } from './bench-window.js'

export type Send = (path: string) => Promise<unknown>

export async function comparePairs(
  bare: Send,
  contender: Send,
  { path, pairs, requestsPerBlock, atOnce }: PairOptions,
): Promise<PairOutcome> {
  const outcome: PairOutcome = { ratios: [], bareMicroseconds: [], microseconds: [] }
  // once each without counting: connections are opened, code is compiled
  await timeBlock(bare, path, requestsPerBlock, atOnce)
  await timeBlock(contender, path, requestsPerBlock, atOnce)
  for (let pair = 0; pair < pairs; pair++) {
    const bareFirst = pair % 2 === 0
    let bareMs = 0
    if (bareFirst) bareMs = await timeBlock(bare, path, requestsPerBlock, atOnce)
    const ms = await timeBlock(contender, path, requestsPerBlock, atOnce)
    if (!bareFirst) bareMs = await timeBlock(bare, path, requestsPerBlock, atOnce)
    outcome.ratios.push(ms / bareMs)
    outcome.bareMicroseconds.push((bareMs * 1000) / requestsPerBlock)
    outcome.microseconds.push((ms * 1000) / requestsPerBlock)
  }
  return outcome
}

/** In ms; `atOnce` are under way together, and the next ones begin when all are done. */
export async function timeBlock(
  send: Send,
  path: string,
  requests: number,
  atOnce: number,
): Promise<number> {
  const startedAt = performance.now()
  for (let sent = 0; sent < requests; sent += atOnce) {
    if (atOnce === 1) await send(path)
    else await Promise.all(Array.from({ length: atOnce }, () => send(path)))
  }
  return performance.now() - startedAt
}
