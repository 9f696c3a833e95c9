/** What tests may do with the client of the page. Results are plain data: a token is told by its fingerprint. */
import {
  authErrorOf,
  type AccessTokenOptions,
  type AuthClient,
  type AuthFetch,
  type AuthState,
  type RequestAccess,
  type SignInOptions,
  type SignOutOptions,
} from '@latchkey/core'
import { isAxiosError, type AxiosInstance } from 'axios'
import type { BodyKind } from './body-kinds.js'
import { describeValue } from './describe-value.js'
import { bodyByAxios, bodyByFetch } from './send-body.js'

export type Transport = 'axios' | 'axios-2' | 'axios-fetch' | 'fetch'

export interface Call {
  /** Relative to the API, or absolute. */
  readonly url: string
  readonly method?: string
  /** Default `axios`. */
  readonly via?: Transport
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly access?: RequestAccess
  readonly timeoutMs?: number
  /** Aborts the call this long after it began. */
  readonly abortAfterMs?: number
}

export interface CallResult {
  readonly id: string
  readonly ok: boolean
  readonly status: number | undefined
  readonly body?: unknown
  readonly error?: CallError
  /** When it settled, in the page's `performance.now()`. */
  readonly settledAt: number
}

export interface CallError {
  readonly name: string
  readonly code: unknown
  /** The code of the client's own error, if it was the reason. */
  readonly authCode: string | undefined
  readonly reason: unknown
  readonly isAxiosError: boolean
  readonly message: string
}

export type TokenResult = { readonly fingerprint: string } | { readonly error: CallError }

export interface Traffic {
  readonly calls: number
  readonly failed: readonly CallResult[]
}

export interface BodyResult extends CallResult {
  /** Whether the config, or the init, is as it was before the call. */
  readonly isConfigKept: boolean
  readonly uploads: number
}

export interface Harness {
  state(): AuthState
  call(call: Call): Promise<CallResult>
  /** Starts them all in the same moment. */
  calls(calls: readonly Call[]): Promise<CallResult[]>
  token(options?: AccessTokenOptions): Promise<TokenResult>
  signIn(options?: SignInOptions): Promise<CallError | undefined>
  signOut(options?: SignOutOptions): Promise<CallError | undefined>
  userInfo(): Promise<CallError | undefined>
  /** POSTs a body of this kind, with all that an app may set. */
  sendBody(kind: BodyKind, via: Transport): Promise<BodyResult>
  /** Begins a call that `abort` will end. */
  beginCall(call: Call): void
  /** Aborts it for this reason. Gives its outcome, and how long that took in ms. */
  abort(reason: string): Promise<{ outcome: string; tookMs: number }>
  /** Sends GET calls steadily, five at once at most, until `stopTraffic`. */
  startTraffic(callsPerSecond: number): void
  /** Waits for the calls under way. */
  stopTraffic(): Promise<Traffic>
  dispose(): void
}

const mostUnderWay = 5

export function createDriver(
  auth: AuthClient,
  [first, second, third]: readonly AxiosInstance[],
  authFetch: AuthFetch,
  apiUrl: string,
): Harness {
  const page = Math.random().toString(36).slice(2, 8)
  let sent = 0
  let timer: ReturnType<typeof setInterval> | undefined
  let traffic: Promise<CallResult>[] = []

  let begun: { controller: AbortController; settled: Promise<string> } | undefined

  async function call(call: Call): Promise<CallResult> {
    const id = `${page}-${++sent}`
    const { via = 'axios' } = call
    const instance = { axios: first, 'axios-2': second, 'axios-fetch': third, fetch: undefined }[
      via
    ]
    return settle(
      id,
      instance ? sendWithAxios(instance, call, id) : sendWithFetch(authFetch, call, id, apiUrl),
    )
  }

  return {
    state: () => JSON.parse(JSON.stringify(auth.state)) as AuthState,
    call,
    calls: (calls) => Promise.all(calls.map(call)),
    token: (options) =>
      auth.getAccessToken(options).then(
        async (token) => ({ fingerprint: await fingerprintOf(token) }),
        (error: unknown) => ({ error: noteError(error) }),
      ),
    signIn: (options) => auth.signIn(options).then(nothing, noteError),
    signOut: (options) => auth.signOut(options).then(nothing, noteError),
    userInfo: () => auth.fetchUserInfo().then(nothing, noteError),
    async sendBody(kind, via) {
      const id = `${page}-${++sent}`
      let uploads = 0
      const { send, isKept } =
        via === 'fetch'
          ? bodyByFetch(authFetch, kind, id, apiUrl)
          : via === 'axios-fetch'
            ? // a browser tells no upload progress of a fetch
              bodyByAxios(third!, kind, id, undefined)
            : bodyByAxios(first!, kind, id, () => uploads++)
      const result = await settle(id, send())
      return { ...result, isConfigKept: isKept(), uploads }
    },
    beginCall({ url, method = 'GET', via = 'axios' }) {
      const controller = new AbortController()
      const { signal } = controller
      const sending =
        via === 'fetch'
          ? authFetch(new URL(url, apiUrl), { method, signal })
          : (via === 'axios-fetch' ? third! : first!).request({ url, method, signal })
      begun = {
        controller,
        settled: sending.then(
          () => 'answered',
          (error: unknown) => (typeof error === 'string' ? error : noteError(error).name),
        ),
      }
    },
    async abort(reason) {
      const startedAt = performance.now()
      begun?.controller.abort(reason)
      const outcome = (await begun?.settled) ?? ''
      return { outcome, tookMs: performance.now() - startedAt }
    },
    startTraffic(callsPerSecond) {
      traffic = []
      let underWay = 0
      timer = setInterval(() => {
        // on a machine that cannot keep up, calls would pile up until their tokens are too old to arrive
        if (underWay >= mostUnderWay) return
        underWay++
        traffic.push(call({ url: 'traffic' }).finally(() => underWay--))
      }, 1000 / callsPerSecond)
    },
    async stopTraffic() {
      clearInterval(timer)
      const results = await Promise.all(traffic)
      return { calls: results.length, failed: results.filter(({ ok }) => !ok) }
    },
    dispose: () => auth.dispose(),
  }
}

interface Sent {
  readonly status: number
  readonly body: unknown
}

async function settle(id: string, sending: Promise<Sent>): Promise<CallResult> {
  try {
    const { status, body } = await sending
    return { id, ok: status < 400, status, body, settledAt: performance.now() }
  } catch (error) {
    const status = isAxiosError(error) ? error.response?.status : undefined
    return { id, ok: false, status, error: noteError(error), settledAt: performance.now() }
  }
}

async function sendWithAxios(instance: AxiosInstance, call: Call, id: string) {
  const { status, data } = await instance.request<unknown>({
    url: call.url,
    method: call.method ?? 'GET',
    data: call.body,
    headers: { 'x-request-id': id, ...call.headers },
    ...(call.access !== undefined && { access: call.access }),
    ...(call.timeoutMs !== undefined && { timeout: call.timeoutMs }),
    ...(call.abortAfterMs !== undefined && { signal: AbortSignal.timeout(call.abortAfterMs) }),
  })
  return { status, body: data }
}

async function sendWithFetch(authFetch: AuthFetch, call: Call, id: string, apiUrl: string) {
  const { body } = call
  const isJson = body !== undefined && typeof body !== 'string'
  const limitMs = call.abortAfterMs ?? call.timeoutMs
  const response = await authFetch(new URL(call.url, apiUrl), {
    method: call.method ?? 'GET',
    headers: {
      'x-request-id': id,
      ...(isJson && { 'content-type': 'application/json' }),
      ...call.headers,
    },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : body }),
    ...(call.access !== undefined && { access: call.access }),
    ...(limitMs !== undefined && { signal: AbortSignal.timeout(limitMs) }),
  })
  const text = await response.text()
  const isAnswerJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, body: isAnswerJson ? (JSON.parse(text) as unknown) : text }
}

/** Shows the whole error to the leak oracle, and its outline to the test. */
export function noteError(error: unknown): CallError {
  window.recordFact?.('error', 'thrown', [describeValue(error), String(error), toJson(error)])
  const { name, code, message } = error as { name: string; code: unknown; message: string }
  const authError = authErrorOf(error)
  return {
    name,
    code,
    authCode: authError?.code,
    reason: (authError as { reason?: unknown } | undefined)?.reason,
    isAxiosError: isAxiosError(error),
    message,
  }
}

function toJson(error: unknown): string {
  try {
    return JSON.stringify(error) ?? ''
  } catch {
    return ''
  }
}

async function fingerprintOf(token: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return [...new Uint8Array(hash)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 16)
}

function nothing(): undefined {}
