/** What the pages of both frameworks tell the test about their rendering. */

/** A component's render function runs; where a framework may throw that away, see `recordCommit`. */
export function recordRender(component: string, detail: Record<string, unknown> = {}): void {
  // On a server there is nobody to tell.
  if (typeof window === 'undefined') return
  record('render', component, { ...detail, url: location.href })
}

/** A component has rendered and is on the screen. */
export function recordCommit(component: string): void {
  record('commit', component)
}

export function record(kind: string, name: string, detail?: unknown): void {
  window.recordFact?.(kind, name, detail)
}
