// Which page is where; everything but the frame needs a session.
import type { RouteObject } from 'react-router'
import { AppFrame } from './app-frame.js'
import { DashboardPage } from './dashboard-page.js'
import { NotFoundPage } from './not-found-page.js'
import { NotesPage } from './notes-page.js'
import { RequireSession } from './require-session.js'
import { Waiting } from './waiting.js'

export const routes: RouteObject[] = [
  {
    Component: AppFrame,
    children: [
      {
        Component: RequireSession,
        children: [
          { index: true, Component: DashboardPage },
          { path: 'notes', Component: NotesPage },
        ],
      },
      // Seen for a moment, while the client takes in the issuer's answer.
      { path: 'callback', Component: Waiting },
      { path: '*', Component: NotFoundPage },
    ],
  },
]
