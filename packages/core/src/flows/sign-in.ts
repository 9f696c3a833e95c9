/** How a sign-in begins: the pending request is stored, then the user leaves for the authorization server (or a popup does). */
import type { SignInOptions } from '../auth-client.js'
import type { PopupWindow } from '../environment/environment.js'
import {
  AuthError,
  SignInFailedError,
  StorageError,
  UnsupportedEnvironmentError,
} from '../errors.js'
import type { AuthorizationRequest, Protocol } from '../protocol/protocol.js'
import { statePrefix } from '../session/client-names.js'
import { mayRedirect } from '../session/loop-breaker.js'
import { addRequest, type StoredRequest } from '../session/pending-requests.js'
import { safeReturnTo } from '../session/return-to.js'
import type { AuthState, SignedOutState } from '../session/state.js'
import type { ClientContext } from './client-context.js'
import { abortedSignIn, awaitPopup } from './popup.js'
import { untilAborted } from './until-aborted.js'
import { untilAttemptIsOver } from './until-attempt-is-over.js'

export const defaultScope = 'openid profile offline_access'

/** How many sign-ins are under way in a client, and why nobody was signed in before them. */
const underway = new WeakMap<object, { count: number; reason: SignedOutState['reason'] }>()

/**
 * @param popup - Opened in the click itself, before this file was loaded; `null` = blocked.
 * @throws {SignInFailedError | UnsupportedEnvironmentError}
 */
export async function signIn<User>(
  context: ClientContext<User>,
  options: SignInOptions,
  popup: PopupWindow | null | undefined,
): Promise<void> {
  const { memory } = context
  // or what is restored would be shown over what comes of this
  await context.restored
  const { state } = memory
  const started = underway.get(memory) ?? { count: 0, reason: 'never-signed-in' }
  underway.set(memory, started)
  if (state.status === 'signed-out') started.reason = state.reason
  started.count++
  try {
    if (popup === null)
      throw new SignInFailedError(
        'popup-blocked',
        'The browser blocked the popup. Call signIn in the click itself, or use a redirect.',
      )
    if (popup) return await inPopup(context, options, popup)
    await leaveToSignIn(context, options)
  } catch (error) {
    popup?.close()
    // another window may still be open
    if (memory.state.status !== 'signed-in' && started.count === 1 && !isTold(memory.state, error))
      memory.dispatch({
        type: 'nobody-here',
        reason: started.reason,
        ...(error instanceof AuthError && { error }),
      })
    throw error
  } finally {
    started.count--
  }
  // the page is being left: nobody should go on as if signed in
  return new Promise(() => {})
}

/** An app that signs in whenever the state changes must come to rest: a loop that was stopped is told once. */
function isTold(state: AuthState<unknown>, error: unknown): boolean {
  return (
    state.status === 'signed-out' &&
    error instanceof SignInFailedError &&
    error.code === 'sign-in-loop' &&
    state.error?.code === error.code
  )
}

async function inPopup<User>(
  context: ClientContext<User>,
  options: SignInOptions,
  popup: PopupWindow,
): Promise<void> {
  const { signal } = options
  if (context.options.storage === 'memory')
    throw new UnsupportedEnvironmentError(
      "A popup hands the session over through storage, so storage: 'memory' has none: use a redirect, or storage: 'indexeddb'.",
    )
  const work = async () => {
    const { url, attempt } = await begin(context, options, 'popup')
    popup.location.replace(url)
    await awaitPopup(context, popup, attempt, signal)
    popup.close()
  }
  if (signal?.aborted) throw abortedSignIn(signal)
  await untilAborted(work(), signal).catch((error: unknown) => {
    throw signal?.aborted && error === signal.reason ? abortedSignIn(signal) : error
  })
}

async function leaveToSignIn<User>(
  context: ClientContext<User>,
  options: SignInOptions,
): Promise<void> {
  const { environment, names } = context
  const { page, clock } = environment
  if (!mayRedirect(page, clock, `${names.shared}:redirects`))
    throw new SignInFailedError(
      'sign-in-loop',
      'The app sent the user to sign in twice within 30 s without being asked; stopped. Call signIn from a click.',
    )
  const { url } = await begin(context, options, 'redirect')
  await untilAttemptIsOver(context)
  page.leaveFor(url)
}

async function begin<User>(
  context: ClientContext<User>,
  options: SignInOptions,
  display: 'popup' | 'redirect',
): Promise<{ readonly url: string; readonly attempt: string }> {
  context.memory.dispatch({ type: 'sign-in-started' })
  const protocol = await context.loadProtocol()
  const returnTo = options.returnTo ?? context.environment.page.url()
  return startRequest(context, protocol, { ...options, display, returnTo })
}

/** Builds a request and stores it. @throws {UnsupportedEnvironmentError} It could not be stored, so nothing could come back. */
export async function startRequest<User>(
  { options, environment, names, resources }: ClientContext<User>,
  protocol: Protocol,
  input: SignInOptions & {
    readonly idTokenHint?: string
    readonly silent?: boolean
  },
): Promise<{ readonly url: string; readonly attempt: string }> {
  const { page, clock, store } = environment
  const { returnTo, display, prompt, loginHint, acrValues, maxAgeSeconds, uiLocales } = input
  const request: AuthorizationRequest = await protocol.buildAuthorizationRequest({
    statePrefix: statePrefix(options.name),
    redirectUri: new URL(options.redirectUri, page.url()).href,
    scope: input.scope ?? options.scope ?? defaultScope,
    resources: resources.flatMap(({ resource }) => resource ?? []),
    display: input.silent ? 'silent' : (display ?? 'redirect'),
    ...(returnTo !== undefined && { returnTo: safeReturnTo(returnTo, page.url()) }),
    ...(prompt !== undefined && { prompt }),
    ...(loginHint !== undefined && { loginHint }),
    ...(acrValues !== undefined && { acrValues }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    ...(uiLocales !== undefined && { uiLocales }),
    ...(input.idTokenHint !== undefined && { idTokenHint: input.idTokenHint }),
  })
  const stored: StoredRequest = { ...request.pending, attempt: environment.randomId() }
  try {
    await store.update(names.requests, (value) => addRequest(value, stored, clock.now()))
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    throw new UnsupportedEnvironmentError(
      'The browser does not let this page store anything, so a sign-in could not come back. Allow site data for this site and try again.',
    )
  }
  return { url: request.url, attempt: stored.attempt }
}
