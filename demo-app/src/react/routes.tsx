// Which page is where; everything but the frame needs a session.
import type { RouteObject } from 'react-router'
import { AppFrame } from './app-frame.js'
import { CallbackPage } from './callback-page.js'
import { DashboardPage } from './dashboard-page.js'
import { NotFoundPage } from './not-found-page.js'
import { NotesPage } from './notes-page.js'
import { RequireSession } from './require-session.js'

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
      { path: 'callback', Component: CallbackPage },
      { path: '*', Component: NotFoundPage },
    ],
  },
]
