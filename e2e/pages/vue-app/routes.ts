import type { RouteRecordRaw } from 'vue-router'
import FormPage from './FormPage.vue'
import HomePage from './HomePage.vue'
import OrderPage from './OrderPage.vue'

export const routes: RouteRecordRaw[] = [
  { path: '/', component: HomePage },
  { path: '/callback', component: { render: () => 'One moment …' } },
  { path: '/orders/:id', component: OrderPage, meta: { requiresAuth: true } },
  { path: '/form', component: FormPage },
  { path: '/:path(.*)*', component: { render: () => 'Elsewhere' } },
]
