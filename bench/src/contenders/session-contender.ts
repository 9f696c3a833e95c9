// What the measures ask of a client that holds a session. One small file per contender in sessions/.

/** What the page is told by the server that serves it. */
export interface PageSettings {
  issuer: string
  clientId: string
  /** Absolute; the page is served there as well. */
  redirectUri: string
  /** The page without a response in its URL, absolute. */
  homeUri: string
}

export const scope = 'openid profile offline_access'

export interface SessionContender {
  /** Handles a response in the URL or restores the session, as the contender's documentation says. */
  open(settings: PageSettings): Promise<OpenSession>
}

export interface OpenSession {
  signedIn: boolean
  /** Leaves the page. */
  signIn(): unknown
  /** What an app calls before each request. */
  token(): Promise<string> | string
  /** What an app calls when an API has refused this token. */
  tokenAfterRefusal(refused: string): Promise<string>
}
