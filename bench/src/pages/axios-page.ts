// Attaches an interceptor to an axios instance of this page and offers it to the measures.
import axios, { AxiosError, type AxiosInstance, type InternalAxiosRequestConfig } from 'axios'
import type { InterceptorContender } from '../contenders/interceptor-contender.js'
import { openedReference } from '../contenders/sessions/reference.js'
import { openBareFrame } from './bare-frame.js'
import { comparePairs, timeBlock, type Send } from './pairs.js'
import { openSessionPage } from './session-page.js'
import { runLimit } from './storm-limit.js'
import { countOutcomes } from './storm.js'

export function openAxiosPage(contender: InterceptorContender): void {
  const session = openSessionPage(contender.session)
  const api = axios.create({ baseURL: location.origin })
  const attached = session.opened.then(async ({ signedIn }) => {
    if (signedIn) await contender.attach(api, window.settings)
  })
  window.requests = {
    ready: attached,
    async storm(path, count) {
      await attached
      const startedAt = performance.now()
      const counts = await countOutcomes(count, (n) => api.get(`${path}/${n}`), nameOfFailure)
      return { ms: performance.now() - startedAt, counts }
    },
    limit: (path, count, kind) => runLimit(openedReference(), path, count, kind),
    async pairs(options) {
      await attached
      const stub = options.transport === 'stub' ? { adapter: answerAtOnce } : {}
      const carrying = contender.patchesGlobals ? undefined : await bareInstance(session.token)
      const bare: Send = carrying ? sender(carrying, stub) : await openBareFrame(options.transport)
      return comparePairs(bare, sender(api, stub), options)
    },
    block: (path, requests, atOnce) => timeBlock(sender(api, {}), path, requests, atOnce),
  }
}

async function bareInstance(token: () => Promise<string>): Promise<AxiosInstance> {
  const headers = { Authorization: `Bearer ${await token()}` }
  return axios.create({ baseURL: location.origin, headers })
}

function sender(api: AxiosInstance, config: object): Send {
  return (path) => api.get(path, config)
}

async function answerAtOnce(config: InternalAxiosRequestConfig) {
  return { data: '', status: 200, statusText: 'OK', headers: {}, config }
}

function nameOfFailure(error: unknown): string {
  if (!(error instanceof AxiosError)) return String(error).slice(0, 60)
  return error.response ? String(error.response.status) : (error.code ?? error.message)
}
