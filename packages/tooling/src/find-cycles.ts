// Finds circles in a graph of imports.

/**
 * Finds one circle for each knot of files that import each other.
 *
 * @param graph File to the files it imports.
 * @returns Each circle from a file back to the same file.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const cycles: string[][] = []
  const done = new Set<string>()
  const path: string[] = []

  function walk(file: string): void {
    const startsAt = path.indexOf(file)
    if (startsAt >= 0) {
      cycles.push([...path.slice(startsAt), file])
      return
    }
    if (done.has(file)) return
    path.push(file)
    for (const next of graph.get(file) ?? []) walk(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) walk(file)
  return cycles
}
