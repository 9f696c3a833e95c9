const kept = 100

/** Remembers an API path that has worked: its next 401 is worth a refresh. The last hundred are kept. */
export function keepPath(paths: Set<string>, path: string): void {
  if (paths.size >= kept && !paths.has(path)) paths.delete(paths.values().next().value!)
  paths.add(path)
}
