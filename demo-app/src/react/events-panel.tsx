// The facts the client has told, newest first.
import { timeOf } from '../shared/wording.js'
import { useDemo, useStore } from './use-demo.js'

export function EventsPanel() {
  const { session } = useDemo()
  const { events } = useStore(session.picture)
  return (
    <section className="card events" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      {events.length === 0 ? (
        <p className="empty">Nothing has happened in this tab yet.</p>
      ) : (
        <ol className="event-list" aria-label="Events, newest first">
          {events.map(({ id, at, type, text, tone }) => (
            <li key={id} className={`event ${tone}`} data-testid="event" data-type={type}>
              <time dateTime={new Date(at).toISOString()}>{timeOf(at)}</time>
              <span className="event-text">
                <b>{type}</b> {text}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
