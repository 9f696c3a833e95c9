import type { Page } from '@playwright/test'
import type { Scene } from './scene.js'

/** Registers the service worker of the test pages and waits until it is in charge of the app's addresses. */
export async function registerRefreshWorker(page: Page, scene: Scene): Promise<void> {
  const query = new URLSearchParams({ issuer: scene.proxy.origin, client_id: 'harness' })
  await page.evaluate(async (url) => {
    await navigator.serviceWorker.register(url)
    await navigator.serviceWorker.ready
  }, `/refresh-worker.js?${query}`)
}
