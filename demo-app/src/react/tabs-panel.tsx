// This tab and its siblings, and who of them did the work.
import { tabNote } from '../shared/wording.js'
import { useDemo, useStore } from './use-demo.js'

export function TabsPanel() {
  const { tabs } = useDemo()
  const open = useStore(tabs.tabs)
  return (
    <section className="card tabs" aria-labelledby="tabs-title">
      <div className="panel-head">
        <h2 id="tabs-title">Tabs</h2>
        <a
          className="button"
          href={location.pathname}
          target="_blank"
          rel="noopener"
          data-testid="open-tab"
        >
          Open another tab
        </a>
      </div>
      <ul className="tab-list">
        {open.map((tab) => (
          <li
            key={tab.id}
            className={tab.isThis ? 'tab this' : 'tab'}
            data-testid="tab"
            data-this={tab.isThis}
            data-refreshes={tab.refreshes}
          >
            <span className="tab-name">{tab.name}</span>
            <span className="tab-note">{tabNote(tab)}</span>
            <span className="tab-count">
              {tab.refreshes} {tab.refreshes === 1 ? 'refresh' : 'refreshes'}
            </span>
          </li>
        ))}
      </ul>
      <p className="hint">They share one session: whoever needs a token first refreshes for all.</p>
    </section>
  )
}
