// Many requests at once, and how each of them ended.

export async function countOutcomes(
  count: number,
  send: (n: number) => Promise<{ status: number }>,
  nameOf: (error: unknown) => string,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const settled = await Promise.all(
    Array.from({ length: count }, (_, n) =>
      within(
        send(n).then(({ status }) => String(status), nameOf),
        60_000,
      ),
    ),
  )
  for (const name of settled) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** A request that never settles must not keep the measure from ending. */
function within(outcome: Promise<string>, limitMs: number): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('never settled'), limitMs)
    void outcome.then((name) => {
      clearTimeout(timer)
      resolve(name)
    })
  })
}
