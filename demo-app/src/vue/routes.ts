// Which page is where; everything but the frame needs a session.
import type { RouteRecordRaw } from 'vue-router'
import AppWaiting from './AppWaiting.vue'
import DashboardPage from './DashboardPage.vue'
import NotFoundPage from './NotFoundPage.vue'
import NotesPage from './NotesPage.vue'
import RequireSession from './RequireSession.vue'

export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    component: RequireSession,
    children: [
      { path: '', component: DashboardPage },
      { path: 'notes', component: NotesPage },
    ],
  },
  // Seen for a moment, while the client takes in the issuer's answer.
  { path: '/callback', component: AppWaiting },
  { path: '/:path(.*)*', component: NotFoundPage },
]
