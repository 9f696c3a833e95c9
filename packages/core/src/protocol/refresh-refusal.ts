/** How an answer that is no token response is read: who is at fault, and may the refresh token be spent? */
import type { RefreshOutcome } from './protocol.js'
import type { AuthError } from '../errors.js'
import { refusalOf, type TokenAnswer } from './token-request.js'

const longestWaitMs = 3_600_000

/** @returns `undefined` for a 200 that may be a token response. */
export function classifyRefusal(answer: TokenAnswer): RefreshOutcome | undefined {
  const { response, body, startedAt } = answer
  const { status, headers } = response
  // Some servers refuse with 200 and an error.
  if (status === 200 && (!body?.['error'] || body['access_token'])) return undefined
  const error = refusalOf(answer)
  if (status > 499 && status !== 503) return { kind: 'unknown', error, reason: 'server-error' }
  if (status !== 200 && status < 400) return { kind: 'unknown', error, reason: 'invalid-response' }

  const oauthError = `${error.error}`.toLowerCase()
  const isTemporary = [408, 425, 429, 503].includes(status)
  if (!isTemporary) {
    // With any 4xx: Auth0 sends invalid_grant with 403.
    if (/^(invalid_grant|(interaction|login|consent)_required)$/.test(oauthError))
      return { kind: 'refused', error }
    if (
      /^(invalid_(client|scope|target)|unauthorized_client|unsupported_grant_type)$/.test(
        oauthError,
      )
    )
      return { kind: 'configuration', error }
  }
  const seconds = headers.get('retry-after')
  return {
    ...notExecuted(error),
    retryAfterMs: seconds ? retryAfterMs(seconds, startedAt) : undefined,
    ...(status === 429 && { reason: 'throttled' }),
    looksRefused:
      !isTemporary &&
      /expir|revok|refresh.?token|token.*(invalid|unknown)/i.test(JSON.stringify(body ?? '')),
  }
}

export function notExecuted(error: AuthError): RefreshOutcome & { kind: 'not-executed' } {
  return {
    kind: 'not-executed',
    error,
    retryAfterMs: undefined,
    reason: 'server-error',
    looksRefused: false,
  }
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function retryAfterMs(text: string, nowMs: number): number | undefined {
  const ms = Number(text) * 1000
  const wait = ms >= 0 ? ms : Date.parse(text) - nowMs
  return wait >= 0 ? Math.min(wait, longestWaitMs) : undefined
}
