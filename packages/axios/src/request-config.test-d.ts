/** What the one key of ours accepts and refuses, in every axios of the peer range; `tsc` is the runner. */
import type { AuthClient } from '@latchkey/core'
import type { AxiosInstance, AxiosRequestConfig, CreateAxiosDefaults } from 'axios'
import { attachAuth } from './index.js'

interface Employee {
  readonly sub: string
  readonly roles: readonly string[]
}

export function accepts(api: AxiosInstance, auth: AuthClient, typed: AuthClient<Employee>) {
  const detach: () => void = attachAuth(api, auth)
  attachAuth(api, typed)
  const config: AxiosRequestConfig = { access: { resource: 'reports', scope: 'read' } }
  const defaults: CreateAxiosDefaults = { access: { replay: false, required: false } }
  void api.get('items', { ...config, access: false })
  void api.get('items', { access: defaults.access })
  // @ts-expect-error: true says nothing
  void api.get('items', { access: true })
  // @ts-expect-error: no such option
  void api.get('items', { access: { resources: 'reports' } })
  return detach
}
