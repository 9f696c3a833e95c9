/**
 * A real authorization server on a loopback port that answers well by default and exactly as told otherwise: for tests only.
 *
 * It signs with real keys, checks PKCE, rotates refresh tokens and records every request.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** The form body. */
  readonly form: URLSearchParams
}

/** What to answer: `drop` closes the connection, `cut` closes it in the middle of the body, `hang` never answers. */
export type Answer =
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      /** Objects are sent as JSON. */
      readonly body?: unknown
    }
  | 'drop'
  | 'cut'
  | 'hang'

export type Script = Answer | ((request: RecordedRequest) => Answer | Promise<Answer>)

export interface SigningKey {
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
  readonly alg: string
  readonly kid: string | undefined
}

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

export interface ScriptedAuthorizationServer {
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
export async function startScriptedAuthorizationServer(
  options: { alg?: string; path?: string } = {},
): Promise<ScriptedAuthorizationServer> {
  const { alg = 'ES256', path: base = '' } = options
  const codes = new Map<string, Grant>()
  const refreshTokens = new Map<string, Grant>()
  const pushed = new Map<string, URLSearchParams>()
  const onceScripts = new Map<string, Script[]>()
  const alwaysScripts = new Map<string, Script>()

  const http = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    void record(request).then((recorded) => answer(recorded, response))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const issuer = origin + base
  const signingKey = await createKey(alg, 'key-1')

  const server: ScriptedAuthorizationServer = {
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
        return { body: { sub: server.subject, name: 'Alice' } }
      case '/revoke':
        return { status: 200 }
      case '/par': {
        const reference = `urn:ietf:params:oauth:request_uri:${randomUUID()}`
        pushed.set(reference, request.form)
        return { status: 201, body: { request_uri: reference, expires_in: 60 } }
      }
      default:
        return { status: 404, body: 'not found' }
    }
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
    return { body: draft.body }
  }

  /** Short ones would be found by chance. */
  function remember(secret: unknown): void {
    if (typeof secret === 'string' && secret.length > 8) server.secrets.add(secret)
  }

  return server
}

/** Signs any claims with any header; members that are `undefined` are left out. */
export async function signJwt(
  claims: Record<string, unknown>,
  key: SigningKey,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(withoutUndefined(claims))
    .setProtectedHeader({ alg: key.alg, ...withoutUndefined(header) })
    .sign(key.privateKey)
}

async function createKey(alg = 'ES256', kid?: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), alg, use: 'sig', ...(kid && { kid }) }
  return { privateKey, publicJwk, alg, kid }
}

function withoutUndefined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server')
  return {
    method: request.method ?? '',
    path: pathname,
    query: searchParams,
    headers: request.headers,
    text,
    form: new URLSearchParams(text),
  }
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return
  if (answer === 'drop') return void response.destroy()
  if (answer === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"access_token":"at-cut', () => response.destroy())
    return
  }
  const { status = 200, headers, body } = answer
  const isText = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined
  response.writeHead(status, { ...(!isText && { 'content-type': 'application/json' }), ...headers })
  response.end(isText ? body : JSON.stringify(body))
}
