/** The client of the pages of both frameworks, with the driver that the harness page has. */
import { attachAuth } from '@latchkey/axios'
import {
  createAuthClient,
  createAuthFetch,
  type AuthClient,
  type AuthEventType,
} from '@latchkey/core'
import axios from 'axios'
import { describeValue } from '../harness/describe-value.js'
import { createDriver, type Harness } from '../harness/driver.js'
import type { HarnessConfig } from '../harness/harness-config.js'
import { record } from './record.js'

declare global {
  interface Window {
    harness: Harness
    recordFact?: (kind: string, name: string, detail: unknown) => void
  }
}

const eventTypes: readonly AuthEventType[] = [
  'signed-in',
  'token-refreshed',
  'session-ended',
  'signed-out',
  'idle-warning',
]

/** @param navigate - How the page's router enters the place a sign-in began at. */
export function startClient(navigate?: (path: string) => void): AuthClient {
  const config = JSON.parse(document.getElementById('config')?.textContent ?? '') as HarnessConfig
  const auth = createAuthClient({ ...config.client, ...(navigate && { navigate }) })
  for (const type of eventTypes)
    auth.on(type, (event) => record('event', type, describeValue(event)))
  const instance = axios.create({ baseURL: config.apiUrl })
  attachAuth(instance, auth)
  const instances = [instance, instance, instance]
  window.harness = createDriver(auth, instances, createAuthFetch(auth), config.apiUrl)
  return auth
}
