/**
 * A real authorization server and API on a loopback port that answer well by default and exactly as told otherwise: for tests only.
 *
 * It signs with real keys, checks PKCE, rotates refresh tokens and records every request. Mix-up attacks need two of them.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { record, send, type Answer, type RecordedRequest, type Script } from './hostile-answers.js'
import { createKey, signJwt, type SigningKey } from './hostile-keys.js'

/** What the default token endpoint is about to send; scripts change it in place. */
export interface TokenDraft {
  readonly request: RecordedRequest
  readonly body: Record<string, unknown>
  /** `undefined` = no ID token. */
  claims: Record<string, unknown> | undefined
  readonly header: Record<string, unknown>
  /** Which key signs; default the current one. */
  key: SigningKey
  /** A key the server does not publish. */
  newKey(): Promise<SigningKey>
}

export interface HostileIssuer {
  readonly issuer: string
  /** Every request, in order. */
  readonly requests: RecordedRequest[]
  /** The discovery document; change it in place. */
  readonly metadata: Record<string, unknown>
  /** The published keys; change in place. */
  readonly jwks: { keys: unknown[] }
  subject: string
  signingKey: SigningKey
  /** Answers the next request to the path so, then as before. Several queue up. */
  once(path: string, script: Script): void
  /** Answers every request to the path so, until told otherwise (`undefined` = as by default). */
  always(path: string, script: Script | undefined): void
  /** Changes each token response before it is signed and sent. An `id_token` put into the body is sent as it is. */
  draft: ((draft: TokenDraft) => void | Promise<void>) | undefined
  /** Every token, code, verifier and proof that went through here: none may turn up elsewhere. */
  readonly secrets: Set<string>
  /** Plays the browser and the user: takes the authorization URL, gives the parameters of the redirect. */
  authorize(url: string): URLSearchParams
  /** How many requests came to the path. */
  count(path: string): number
  newKey(alg?: string, kid?: string): Promise<SigningKey>
  /** Signs with a new key from now on, and publishes that one only. */
  rotateKeys(): Promise<void>
  /** The API (`/api/…`) and UserInfo refuse the access tokens issued so far. */
  expireAccessTokens(): void
  close(): Promise<void>
}

interface Grant {
  readonly nonce: string | null
  readonly challenge: string | null
  readonly clientId: string | null
  readonly scope: string
  readonly acr: string | null
  readonly authTime: number
}

/** Starts it on a free port. */
export async function startHostileIssuer(
  options: { alg?: string; path?: string } = {},
): Promise<HostileIssuer> {
  const { alg = 'ES256', path: base = '' } = options
  const codes = new Map<string, Grant>()
  const refreshTokens = new Map<string, Grant>()
  const accessTokens = new Set<string>()
  const pushed = new Map<string, URLSearchParams>()
  const onceScripts = new Map<string, Script[]>()
  const alwaysScripts = new Map<string, Script>()

  const http = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-expose-headers', 'www-authenticate, dpop-nonce, retry-after')
    if (request.method === 'OPTIONS') {
      response.setHeader('access-control-allow-headers', 'authorization, dpop, content-type')
      return void response.writeHead(204).end()
    }
    void record(request).then((recorded) => answer(recorded, response))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const issuer = origin + base
  const signingKey = await createKey(alg, 'key-1')

  const server: HostileIssuer = {
    issuer,
    requests: [],
    metadata: {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      revocation_endpoint: `${issuer}/revoke`,
      end_session_endpoint: `${issuer}/logout`,
      pushed_authorization_request_endpoint: `${issuer}/par`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: [alg],
      dpop_signing_alg_values_supported: ['ES256'],
      authorization_response_iss_parameter_supported: true,
    },
    jwks: { keys: [signingKey.publicJwk] },
    subject: 'alice',
    signingKey,
    once: (path, script) => {
      onceScripts.set(path, [...(onceScripts.get(path) ?? []), script])
    },
    always: (path, script) => {
      if (script === undefined) alwaysScripts.delete(path)
      else alwaysScripts.set(path, script)
    },
    draft: undefined,
    secrets: new Set(),
    authorize(url) {
      const { searchParams } = new URL(url)
      const reference = searchParams.get('request_uri')
      const asked = (reference && pushed.get(reference)) || searchParams
      const code = `code-${randomUUID()}`
      server.secrets.add(code)
      remember(asked.get('nonce'))
      codes.set(code, {
        nonce: asked.get('nonce'),
        challenge: asked.get('code_challenge'),
        clientId: asked.get('client_id'),
        scope: asked.get('scope') ?? '',
        acr: asked.get('acr_values')?.split(' ')[0] ?? null,
        authTime: Math.floor(Date.now() / 1000),
      })
      return new URLSearchParams({ code, state: asked.get('state') ?? '', iss: issuer })
    },
    count: (path) => server.requests.filter((request) => request.path === base + path).length,
    newKey: createKey,
    async rotateKeys() {
      server.signingKey = await createKey(alg, `key-${randomUUID()}`)
      server.jwks.keys = [server.signingKey.publicJwk]
    },
    expireAccessTokens: () => accessTokens.clear(),
    async close() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }

  async function answer(request: RecordedRequest, response: ServerResponse): Promise<void> {
    server.requests.push(request)
    for (const name of ['code', 'code_verifier', 'refresh_token', 'token'])
      remember(request.form.get(name))
    remember(request.headers['dpop'])
    const path = request.path.slice(base.length)
    const script =
      onceScripts.get(path)?.shift() ?? alwaysScripts.get(path) ?? (() => byDefault(path, request))
    send(response, typeof script === 'function' ? await script(request) : script)
  }

  function byDefault(path: string, request: RecordedRequest): Answer | Promise<Answer> {
    switch (path) {
      case '/.well-known/openid-configuration':
        return { body: server.metadata }
      case '/jwks':
        return { body: server.jwks }
      case '/token':
        return tokenResponse(request)
      case '/userinfo':
        return protectedAnswer(request, { sub: server.subject, name: 'Alice' })
      case '/revoke':
        return { status: 200 }
      case '/par': {
        const reference = `urn:ietf:params:oauth:request_uri:${randomUUID()}`
        pushed.set(reference, request.form)
        return { status: 201, body: { request_uri: reference, expires_in: 60 } }
      }
      default:
        return path.startsWith('/api/')
          ? protectedAnswer(request, { path })
          : { status: 404, body: 'not found' }
    }
  }

  function protectedAnswer({ headers }: RecordedRequest, body: unknown): Answer {
    const token = headers.authorization?.split(' ')[1] ?? ''
    return accessTokens.has(token)
      ? { body }
      : { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }
  }

  async function tokenResponse(request: RecordedRequest): Promise<Answer> {
    const { form } = request
    const isRefresh = form.get('grant_type') === 'refresh_token'
    const grants = isRefresh ? refreshTokens : codes
    const presented = form.get(isRefresh ? 'refresh_token' : 'code') ?? ''
    const grant = grants.get(presented)
    grants.delete(presented)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!grant || (!isRefresh && challenge !== grant.challenge))
      return { status: 400, body: { error: 'invalid_grant', error_description: 'not ours' } }

    const now = Math.floor(Date.now() / 1000)
    const refreshToken = `rt-${randomUUID()}`
    refreshTokens.set(refreshToken, grant)
    const accessToken = `at-${randomUUID()}`
    const draft: TokenDraft = {
      request,
      body: {
        access_token: accessToken,
        token_type: request.headers['dpop'] ? 'DPoP' : 'Bearer',
        expires_in: 300,
        refresh_token: refreshToken,
        scope: grant.scope,
      },
      claims: grant.scope.split(' ').includes('openid')
        ? {
            iss: issuer,
            sub: server.subject,
            aud: grant.clientId,
            iat: now,
            exp: now + 300,
            auth_time: grant.authTime,
            ...(grant.acr && { acr: grant.acr }),
            ...(!isRefresh && grant.nonce && { nonce: grant.nonce }),
          }
        : undefined,
      header: { kid: server.signingKey.kid },
      key: server.signingKey,
      newKey: () => createKey(alg),
    }
    await server.draft?.(draft)
    if (draft.claims && !('id_token' in draft.body))
      draft.body['id_token'] = await signJwt(draft.claims, draft.key, draft.header)
    for (const name of ['access_token', 'refresh_token', 'id_token']) remember(draft.body[name])
    accessTokens.add(String(draft.body['access_token']))
    return { body: draft.body }
  }

  /** Short ones would be found by chance. */
  function remember(secret: unknown): void {
    if (typeof secret === 'string' && secret.length > 8) server.secrets.add(secret)
  }

  return server
}
