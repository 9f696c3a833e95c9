/** How a sign-in ends: the response in the URL is redeemed once, and its session stored. */
import { AuthError, SignInFailedError, StorageError, type SignInFailureCode } from '../errors.js'
import type { TokenSet } from '../protocol/protocol.js'
import {
  finishRequest,
  takeRequest,
  type StoredRequest,
  type TakenRequest,
} from '../session/pending-requests.js'
import { safeReturnTo } from '../session/return-to.js'
import { recordVersion, type SessionRecord } from '../session/session-record.js'
import { adoptRecord, storeKind } from './adopt-session.js'
import type { ClientContext } from './client-context.js'
import { noRefreshToken } from './no-refresh-token.js'
import { restoreSession } from './restore-session.js'
import { noteSignInBase, storeSignIn } from './store-sign-in.js'
import { isUnknown } from './until-known.js'

/** Handles the response captured from the URL. Never rejects: what failed is in the state. */
export async function completeSignIn<User>(
  context: ClientContext<User>,
  parameters: URLSearchParams,
): Promise<void> {
  const { memory } = context
  const { windows } = context.environment
  let request: StoredRequest | undefined
  try {
    const taken = await take(context, parameters.get('state') ?? '')
    if (taken.kind !== 'taken') return await goOnWithout(context, taken)
    request = taken.request
    const { record, isStored } = await redeem(context, parameters, request)
    await tellOpener(context, request, 'signed-in')
    if (request.display === 'silent') return await new Promise(() => {})
    adoptRecord(context, record, 'this-tab', isStored ? storeKind(context) : 'memory')
    if (!record.refreshToken) memory.emit('no-refresh-token', { error: noRefreshToken(context) })
    // a window that COOP has cut off may refuse to close: then it shows the app
    if (request.display === 'popup') windows.closeSelf()
    enter(context, request.returnTo)
  } catch (error) {
    const failure = toFailure(error)
    if (request) await tellOpener(context, request, codeOf(failure))
    // a frame only reports: the page around it decides
    if (windows.isFramed() || request?.display === 'silent') return await new Promise(() => {})
    await restoreSession(context)
    if (memory.state.status === 'signed-in')
      context.warn(`A sign-in failed and the session before it goes on: ${failure.message}`)
    // a store that cannot be read yet is tried again: what it holds then decides
    else if (!(failure instanceof StorageError && isUnknown(memory.state)))
      memory.dispatch({ type: 'nobody-here', reason: 'never-signed-in', error: failure })
    if (request?.display === 'popup') windows.closeSelf()
    if (request) enter(context, request.returnTo)
  }
}

function take<User>(
  { environment, names }: ClientContext<User>,
  state: string,
): Promise<TakenRequest> {
  const { store, clock } = environment
  return store.update(names.requests, (value) => takeRequest(value, state, clock.now()))
}

/** An unknown or used response with a live session: the page just goes on. Without one: a typed error. */
async function goOnWithout<User>(
  context: ClientContext<User>,
  taken: Exclude<TakenRequest, { kind: 'taken' }>,
): Promise<void> {
  const { memory } = context
  await restoreSession(context)
  if (memory.state.status === 'signed-in') return
  const isExpired = taken.kind === 'expired'
  memory.dispatch({
    type: 'nobody-here',
    reason: 'never-signed-in',
    error: new SignInFailedError(
      isExpired ? 'state-expired' : 'state-unknown',
      isExpired
        ? 'The sign-in took longer than ten minutes. Sign in again.'
        : 'This sign-in was not started in this browser, or was finished before. Sign in again.',
    ),
  })
}

async function redeem<User>(
  context: ClientContext<User>,
  parameters: URLSearchParams,
  request: StoredRequest,
): Promise<{ readonly record: SessionRecord; readonly isStored: boolean }> {
  const base = await noteSignInBase(context)
  const protocol = await context.loadProtocol()
  const response = await protocol.validateAuthorizationResponse(parameters, request)
  const tokens = await protocol.authorizationCodeGrant(response, request)
  const record = buildSession(context, request, tokens)
  context.toUser(record)
  return storeSignIn(context, protocol, base, record, request.display)
}

function buildSession<User>(
  { options, environment }: ClientContext<User>,
  request: StoredRequest,
  tokens: TokenSet,
): SessionRecord {
  const scope = tokens.scope ?? request.scope
  return {
    v: recordVersion,
    minReader: 1,
    generation: 1,
    state: 'signed-in',
    sessionId: environment.randomId(),
    signOuts: 0,
    issuer: options.issuer,
    clientId: options.clientId,
    subject: tokens.claims?.sub ?? '',
    claims: tokens.claims ?? {},
    scope,
    accessTokens: {
      '': {
        value: tokens.accessToken,
        type: tokens.tokenType,
        scope,
        startedAt: tokens.startedAt,
        lifetime: tokens.lifetimeMs,
        refusals: 0,
      },
    },
    ...(tokens.idToken && { idToken: tokens.idToken }),
    ...(tokens.refreshToken && { refreshToken: tokens.refreshToken }),
    ...(request.dpopKey && { dpopKey: request.dpopKey }),
  }
}

async function tellOpener<User>(
  context: ClientContext<User>,
  { attempt, display }: StoredRequest,
  outcome: 'signed-in' | SignInFailureCode,
): Promise<void> {
  if (display === 'redirect') return
  const { store } = context.environment
  await store
    .update(context.names.requests, (value) => finishRequest(value, attempt, outcome))
    .catch(() => {})
  context.tell({ type: 'sign-in-finished', attempt })
}

function enter<User>(context: ClientContext<User>, returnTo: string | undefined): void {
  const { page } = context.environment
  const path = safeReturnTo(returnTo, page.url())
  const { navigate } = context.options
  if (navigate) navigate(path)
  else page.replaceUrl(path)
}

function toFailure(error: unknown): AuthError {
  return error instanceof AuthError
    ? error
    : new SignInFailedError('authorization-refused', 'The sign-in failed unexpectedly.')
}

function codeOf(error: AuthError): SignInFailureCode {
  return error instanceof SignInFailedError ? error.code : 'authorization-refused'
}
