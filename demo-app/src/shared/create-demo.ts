// Everything a page of the demo needs beside its client: the API behind axios, and what watches it. No framework in it.
import { attachAuth } from '@latchkey/axios'
import type { AuthClient } from '@latchkey/core'
import axios from 'axios'
import type { PageConfig } from '../../server/page-config.js'
import { createDemoCalls, type DemoCalls } from './demo-calls.js'
import { followIssuerFigures, type IssuerFigures } from './issuer-figures.js'
import { createRequestRecorder, type RequestRecorder } from './request-recorder.js'
import { createSessionRecorder, type SessionRecorder } from './session-recorder.js'
import { createStepUpPrompt, type StepUpPrompt } from './step-up-prompt.js'
import type { Store } from './store.js'
import { createTabPresence, type TabInfo, type TabPresence } from './tab-presence.js'

export interface Demo {
  readonly calls: DemoCalls
  readonly requests: RequestRecorder
  readonly session: SessionRecorder
  readonly issuerFigures: Store<IssuerFigures | undefined>
  readonly stepUp: StepUpPrompt
  readonly tabs: TabPresence
  readonly config: PageConfig
}

export function createDemo(auth: AuthClient, config: PageConfig, page: TabInfo['page']): Demo {
  const requests = createRequestRecorder()
  const api = axios.create({ baseURL: config.apiUrl, adapter: requests.adapter })
  attachAuth(api, auth)

  const session = createSessionRecorder(auth)
  const tabs = createTabPresence(page)
  session.picture.subscribe(() => tabs.tellRefreshes(session.picture.get().byThisTab))

  return {
    calls: createDemoCalls(api, requests),
    requests,
    session,
    issuerFigures: followIssuerFigures(
      auth,
      config.embedded ? `${config.apiUrl}figures` : undefined,
    ),
    stepUp: createStepUpPrompt(auth, config.scope),
    tabs,
    config,
  }
}
