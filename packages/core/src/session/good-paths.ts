const kept = 100

/** Remembers an API path that has worked: its next 401 is worth a refresh. The last hundred are kept. */
export function keepPath(paths: Set<string>, path: string): void {
  const [oldest = ''] = paths
  if (paths.size >= kept) paths.delete(oldest)
  paths.add(path)
}
