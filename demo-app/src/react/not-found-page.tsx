import { Link } from 'react-router'

/** A path that is none of ours. */
export function NotFoundPage() {
  return (
    <section className="card narrow">
      <h1>There is no such page</h1>
      <p>
        <Link to="/">Back to the dashboard</Link>
      </p>
    </section>
  )
}
