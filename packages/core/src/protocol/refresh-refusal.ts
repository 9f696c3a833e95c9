/** How an answer that is no token response is read: who is at fault, and may the refresh token be spent? */
import type { RefreshOutcome } from './protocol.js'
import { refusalOf, type TokenAnswer } from './token-request.js'

const finalErrors = ['invalid_grant', 'interaction_required', 'login_required', 'consent_required']
const configurationErrors = [
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
]
const longestWaitMs = 3_600_000

/** @returns `undefined` for a 200 that may be a token response. */
export function classifyRefusal(answer: TokenAnswer, nowMs: number): RefreshOutcome | undefined {
  const { response, body } = answer
  const { status, headers } = response
  const oauthError = typeof body?.['error'] === 'string' ? body['error'].toLowerCase() : undefined
  // Some servers refuse with 200 and an error.
  if (status === 200 && (!oauthError || body?.['access_token'])) return undefined

  const error = refusalOf(answer)
  if (status !== 200 && status < 400) return { kind: 'unknown', error, reason: 'invalid-response' }
  if (status > 499 && status !== 503) return { kind: 'unknown', error, reason: 'server-error' }
  const isTemporary = [408, 425, 429, 503].includes(status)
  if (oauthError && !isTemporary) {
    // Any 4xx: Auth0 sends invalid_grant with 403.
    if (finalErrors.includes(oauthError)) return { kind: 'refused', error }
    if (configurationErrors.includes(oauthError)) return { kind: 'configuration', error }
  }
  return {
    kind: 'not-executed',
    error,
    retryAfterMs: retryAfterMs(headers.get('retry-after'), nowMs),
    reason: status === 429 ? 'throttled' : 'server-error',
    looksRefused:
      !isTemporary &&
      /expir|revok|refresh.?token|token.*(invalid|unknown|not.found)/i.test(
        JSON.stringify(body ?? ''),
      ),
  }
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  const seconds = Number(header || NaN)
  const ms = Number.isNaN(seconds) ? Date.parse(header ?? '') - nowMs : seconds * 1000
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestWaitMs)
}
