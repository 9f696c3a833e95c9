/** Numbers in [0, 1), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48271 + 11) % 2147483647) / 2147483647
}

/** `LATCHKEY_SEED`, to run again what has failed; else a new one. */
export function seedOfRun(): number {
  return Number(process.env['LATCHKEY_SEED'] ?? Date.now() % 1e6) + 1
}
