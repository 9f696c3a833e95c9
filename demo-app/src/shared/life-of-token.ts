// Draws how much of the access token's life is left, many times a second, without a render of any framework.

export interface TokenLife {
  /** Epoch ms; `undefined` = there is no token. */
  readonly expiresAt: number | undefined
  readonly lifeMs: number | undefined
}

/**
 * Keeps `--life` (0 to 1) and `data-life` on the element, and the seconds in its `[data-seconds]`.
 * With reduced motion it moves in whole seconds.
 */
export function drawTokenLife(element: HTMLElement, read: () => TokenLife): () => void {
  const seconds = element.querySelector('[data-seconds]')
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  let frame = 0
  let shown = ''

  function draw(): void {
    frame = requestAnimationFrame(draw)
    const { expiresAt, lifeMs } = read()
    const restMs = Math.max(0, (expiresAt ?? 0) - Date.now())
    const stepMs = calm.matches ? 1000 : 50
    const life = Math.min(
      1,
      (Math.ceil(restMs / stepMs) * stepMs) / (lifeMs ?? Math.max(restMs, 1)),
    )
    const text = secondsOf(restMs)
    element.style.setProperty('--life', life.toFixed(4))
    // What a screen reader may ask for changes once a second, and is never announced by itself.
    if (text === shown) return
    shown = text
    element.dataset['life'] = life === 0 ? 'over' : life < 0.3 ? 'low' : 'fresh'
    element.setAttribute('aria-valuenow', String(Math.round(restMs / 1000)))
    element.setAttribute('aria-valuemax', String(Math.round((lifeMs ?? restMs) / 1000)))
    element.setAttribute('aria-valuetext', restMs > 0 ? `${text} left` : 'expired')
    if (seconds) seconds.textContent = text
  }

  draw()
  return () => cancelAnimationFrame(frame)
}

function secondsOf(restMs: number): string {
  const seconds = Math.ceil(restMs / 1000)
  if (seconds < 100) return `${seconds} s`
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
}
