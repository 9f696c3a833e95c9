// Which page is where; everything but the frame needs a session.
import type { RouteRecordRaw } from 'vue-router'
import CallbackPage from './CallbackPage.vue'
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
  { path: '/callback', component: CallbackPage },
  { path: '/:path(.*)*', component: NotFoundPage },
]
