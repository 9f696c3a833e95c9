import type { Clock } from '../environment.js'
import type { Schedule } from './tab-gate.js'

/** Numbers in 0 … 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Every step of the browser takes a random time, so that steps overtake each other. Time must pass (`clock.until`, `clock.advance`). */
export function randomSchedule(clock: Clock, random: () => number, maxStepMs: number): Schedule {
  return (step) => void clock.setTimer(step, Math.floor(random() * (maxStepMs + 1)))
}
