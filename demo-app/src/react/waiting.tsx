// The session is being restored, or an answer taken in: a moment, so it says little.

export function Waiting() {
  return (
    <div className="waiting" role="status" data-testid="waiting">
      <span className="waiting-dot" aria-hidden="true" />
      One moment
    </div>
  )
}
