// What the server tells the page of this run.
import type { PageConfig } from '../../server/page-config.js'

export function readPageConfig(): PageConfig {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="latchkey-demo"]')
  return JSON.parse(meta?.content ?? '') as PageConfig
}
