/** Notes what a promise comes to, if it comes to anything. */
export function watch(promise: Promise<unknown>): unknown[] {
  const seen: unknown[] = []
  promise.then(
    (value) => seen.push(value),
    (error: unknown) => seen.push(error),
  )
  return seen
}
