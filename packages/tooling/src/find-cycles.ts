// Finds circles in a graph of imports.

/**
 * Finds circles until every file that is in one has been named once; the shortest are named, as they are the easiest to cut.
 *
 * @param graph File to the files it imports.
 * @returns Each circle from a file back to the same file.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = []
  const named = new Set<string>()
  for (const file of graph.keys()) {
    const cycle = named.has(file) ? undefined : shortestWayBack(graph, file)
    if (!cycle) continue
    cycles.push(cycle)
    for (const member of cycle) named.add(member)
  }
  return cycles
}

function shortestWayBack(
  graph: ReadonlyMap<string, readonly string[]>,
  start: string,
): string[] | undefined {
  const seen = new Set<string>()
  const ways: string[][] = [[start]]
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return [...way, start]
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return undefined
}
