// The live picture of a session.
import { EventsPanel } from './events-panel.js'
import { RequestsPanel } from './requests-panel.js'
import { SessionPanel } from './session-panel.js'
import { TabsPanel } from './tabs-panel.js'

export function DashboardPage() {
  return (
    <>
      <title>Latchkey demo</title>
      <h1 className="visually-hidden">Dashboard</h1>
      <div className="dashboard">
        <SessionPanel />
        <RequestsPanel />
        <div className="side">
          <TabsPanel />
          <EventsPanel />
        </div>
      </div>
    </>
  )
}
