// What happens around the provider for every request: CORS, log, faults, our pages.
import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { applyFault } from './apply-fault.js'
import { answerControlRequest } from './control-endpoints.js'
import { answerCors } from './cors.js'
import type { IssuerControls } from './dev-issuer.js'
import { controlPath, endpointOf } from './endpoints.js'
import type { Faults } from './faults.js'
import { formOf } from './request-body.js'
import { answerInteraction } from './interactions.js'
import type { IssuerSettings } from './options.js'
import { isTokenRequest, type IssuerEvent, type RequestLog } from './request-log.js'
import type { TokenLedger } from './token-ledger.js'
import { describeTokenRequest, noteProviderOutcome } from './token-request-event.js'

export interface RequestParts {
  settings: IssuerSettings
  log: RequestLog
  faults: Faults
  ledger: TokenLedger
  controls: IssuerControls
}

/** Gives the middleware that stands in front of a provider. */
export function requestHandler(provider: Provider, parts: RequestParts) {
  const { settings, log, faults, ledger, controls } = parts
  const appOrigins = [...new Set(settings.clients.flatMap(({ origins }) => origins))]

  return async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    // Chromium sends a POST again by itself if a kept-alive connection breaks; a dropped request would arrive twice.
    context.set('Connection', 'close')
    const isPreflight = answerCors(context, appOrigins)
    if (context.path.startsWith(`${controlPath}/`)) {
      if (settings.controlEndpoints && !isPreflight) {
        await answerControlRequest(context, controls, appOrigins)
      }
      return
    }

    const event = beginEvent(context, log)
    if (!isPreflight) {
      if (isTokenRequest(event)) describeTokenRequest(event, context, ledger)
      await answerWithFaults(context, event, async () => {
        if (!(await answerInteraction(provider, context, settings))) await next()
        noteProviderOutcome(event, context, ledger)
      })
    } else {
      event.result = 'ok'
    }
    if (context.respond !== false || context.res.headersSent) event.status = context.status
    log.end(event)
  }

  async function answerWithFaults(
    context: KoaContextWithOIDC,
    event: IssuerEvent,
    answer: () => Promise<void>,
  ): Promise<void> {
    const grantType = formOf(context.req).get('grant_type') ?? undefined
    const active = faults.take(event.endpoint, grantType)
    if (!active) return answer()
    event.fault = { kind: active.fault.kind, when: active.when }
    if (!(await applyFault(context, active, answer))) event.result = 'fault'
  }
}

function beginEvent(context: KoaContextWithOIDC, log: RequestLog): IssuerEvent {
  const origin = context.get('Origin')
  return log.begin({
    endpoint: endpointOf(context.path),
    method: context.method,
    path: context.path,
    ...(origin ? { origin } : {}),
  })
}
