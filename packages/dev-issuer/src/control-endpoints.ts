// The same controls over HTTP, for a demo or browser tests that run in another process.
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { IssuerControls } from './dev-issuer.js'
import type { Fault, FaultyEndpoint } from './faults.js'
import { jsonOf } from './request-body.js'

interface ControlBody {
  subject?: string
  familyId?: string
  endBrowserSession?: boolean
  endpoint?: FaultyEndpoint
  fault?: Fault
  accessTokenLifetimeSeconds?: number
  refreshTokenGraceSeconds?: number
  token?: string
  keepPrevious?: boolean
}

/** Answers a request beneath `/dev/`; pages of other origins than the apps' may change nothing here. */
export async function answerControlRequest(
  context: KoaContextWithOIDC,
  controls: IssuerControls,
  appOrigins: readonly string[],
): Promise<void> {
  const origin = context.get('Origin')
  if (origin && !appOrigins.includes(origin)) {
    return refuse(context, 403, `pages of ${origin} have no say here`)
  }
  try {
    await control(context, controls)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    refuse(context, 400, error.message)
  }
}

async function control(context: KoaContextWithOIDC, controls: IssuerControls): Promise<void> {
  const body = (jsonOf(context.req) ?? {}) as ControlBody
  switch (`${context.method} ${context.path}`) {
    case 'GET /dev/events':
      return answer(context, { events: controls.events, counters: controls.counters })
    case 'DELETE /dev/events':
      controls.clearEvents()
      return answer(context)
    case 'POST /dev/expire-access-tokens':
      controls.expireAccessTokens()
      return answer(context)
    case 'POST /dev/revoke-session': {
      const { subject, familyId, endBrowserSession = false } = body
      const revoked = controls.revokeSession(familyId ?? subject, { endBrowserSession })
      return answer(context, { revoked })
    }
    case 'POST /dev/faults':
      return addFault(context, controls, body)
    case 'DELETE /dev/faults':
      controls.faults.clear()
      return answer(context)
    case 'POST /dev/settings':
      return changeSettings(context, controls, body)
    case 'POST /dev/rotate-keys':
      await controls.rotateKeys({ keepPrevious: body.keepPrevious ?? true })
      return answer(context)
    case 'POST /dev/access-token-status':
      return answer(context, { alive: controls.isAccessTokenAlive(body.token ?? '') })
    default:
      context.status = 404
  }
}

function changeSettings(
  context: KoaContextWithOIDC,
  controls: IssuerControls,
  { accessTokenLifetimeSeconds, refreshTokenGraceSeconds }: ControlBody,
): void {
  if (accessTokenLifetimeSeconds !== undefined) {
    controls.setAccessTokenLifetime(accessTokenLifetimeSeconds)
  }
  if (refreshTokenGraceSeconds !== undefined)
    controls.setRefreshTokenGrace(refreshTokenGraceSeconds)
  answer(context)
}

function addFault(
  context: KoaContextWithOIDC,
  { faults }: IssuerControls,
  { endpoint, fault }: ControlBody,
): void {
  if (!endpoint || !fault || fault.kind === 'rewrite' || fault.kind === 'redirect') {
    return refuse(context, 400, 'an endpoint and a fault are needed; rewriting needs code')
  }
  faults.add(endpoint, fault)
  answer(context)
}

function answer(context: KoaContextWithOIDC, json?: unknown): void {
  context.status = json === undefined ? 204 : 200
  context.set('Cache-Control', 'no-store')
  if (json !== undefined) context.body = json
}

function refuse(context: KoaContextWithOIDC, status: number, error: string): void {
  context.status = status
  context.body = { error }
}
