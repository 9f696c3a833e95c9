// What a careful team would write by hand: oauth4webapi, idb-keyval, one Web Lock, and a look into the store inside it.
import { del, get, set } from 'idb-keyval'
import * as oauth from 'oauth4webapi'
import { scope, type PageSettings } from '../session-contender.js'

interface ReferenceRecord {
  accessToken: string
  refreshToken: string
  expiresAt: number
}

interface Pending {
  state: string
  nonce: string
  codeVerifier: string
}

const options = { [oauth.allowInsecureRequests]: true }
const leewayMs = 5000

export class ReferenceClient {
  record: ReferenceRecord | undefined
  private readonly settings: PageSettings
  private readonly client: oauth.Client
  private flight: Promise<string> | undefined

  constructor(settings: PageSettings) {
    this.settings = settings
    this.client = { client_id: settings.clientId }
  }

  async open(): Promise<void> {
    if (location.href.startsWith(this.settings.redirectUri)) await this.handleCallback()
    else this.record = await get('session')
  }

  async signIn(): Promise<void> {
    const server = await this.server()
    const pending: Pending = {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      codeVerifier: oauth.generateRandomCodeVerifier(),
    }
    await set('pending', pending)
    const url = new URL(server.authorization_endpoint as string)
    url.search = new URLSearchParams({
      client_id: this.client.client_id,
      redirect_uri: this.settings.redirectUri,
      response_type: 'code',
      scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),
      code_challenge_method: 'S256',
    }).toString()
    location.assign(url)
  }

  token(): Promise<string> | string {
    const { record } = this
    if (record && record.expiresAt - leewayMs > Date.now()) return record.accessToken
    return this.tokenAfterRefusal(record?.accessToken ?? '')
  }

  /** One refresh for everybody in this tab, and in the others by the lock. */
  tokenAfterRefusal(refused: string): Promise<string> {
    const current = this.record?.accessToken
    if (current !== undefined && current !== refused) return Promise.resolve(current)
    this.flight ??= navigator.locks
      .request('refresh', async () => {
        const stored = await get<ReferenceRecord>('session')
        if (stored && stored.accessToken !== refused) this.record = stored
        else await this.refresh(stored)
        return this.record?.accessToken as string
      })
      .finally(() => (this.flight = undefined))
    return this.flight
  }

  /** The token request alone, for interceptors that bring their own idea of when. */
  async refresh(stored = this.record): Promise<string> {
    const server = await this.server()
    const sent = stored?.refreshToken ?? ''
    const response = await oauth.refreshTokenGrantRequest(
      server,
      this.client,
      oauth.None(),
      sent,
      options,
    )
    const tokens = await oauth.processRefreshTokenResponse(server, this.client, response)
    await this.keep(tokens, sent)
    return tokens.access_token
  }

  private async handleCallback(): Promise<void> {
    const url = new URL(location.href)
    history.replaceState(null, '', this.settings.homeUri)
    const pending = (await get<Pending>('pending')) as Pending
    await del('pending')
    const server = await this.server()
    const parameters = oauth.validateAuthResponse(server, this.client, url, pending.state)
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      this.client,
      oauth.None(),
      parameters,
      this.settings.redirectUri,
      pending.codeVerifier,
      options,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, this.client, response, {
      expectedNonce: pending.nonce,
    })
    await this.keep(tokens, '')
  }

  private async keep(tokens: oauth.TokenEndpointResponse, previous: string): Promise<void> {
    this.record = {
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token ?? previous,
      expiresAt: Date.now() + (tokens.expires_in ?? 0) * 1000,
    }
    await set('session', this.record)
  }

  /** Metadata from the store, else discovered once. */
  private async server(): Promise<oauth.AuthorizationServer> {
    const cached = await get<oauth.AuthorizationServer>('metadata')
    if (cached) return cached
    const issuer = new URL(this.settings.issuer)
    const response = await oauth.discoveryRequest(issuer, options)
    const server = await oauth.processDiscoveryResponse(issuer, response)
    await set('metadata', server)
    return server
  }
}
