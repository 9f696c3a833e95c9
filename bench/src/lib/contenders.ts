// Who takes part, and what is special about them. Their code is in src/contenders/.

export type PageKind = 'session' | 'axios' | 'fetch'

export interface ContenderPage {
  /** Name of the page, its path and its client: `<kind>-<file>`. */
  name: string
  kind: PageKind
  /** File in src/contenders/<kind>s, without ending. */
  file: string
  /** As people call it. */
  title: string
  /** Its issuer is fronted: see issuer-front.ts. */
  fronted: boolean
}

const titles: Record<string, string> = {
  latchkey: 'Latchkey',
  reference: 'hand-written reference',
  'hand-written': 'hand-written reference',
  'auth0-spa-js': '@auth0/auth0-spa-js',
  'axa-oidc-client': '@axa-fr/oidc-client',
  'okta-auth-js': '@okta/okta-auth-js',
  'bare-axios': 'bare axios',
  'bare-fetch': 'bare fetch',
  'axios-auth-refresh-pausing': 'axios-auth-refresh, deduplicateRefresh: false',
}

export const sessionContenders = pages('session', [
  'latchkey',
  'reference',
  'oidc-client-ts',
  'auth0-spa-js',
  'axa-oidc-client',
  'oidc-spa',
  'okta-auth-js',
  'keycloak-js',
])

export const interceptorContenders = pages('axios', [
  'latchkey',
  'hand-written',
  'axios-auth-refresh',
  'axios-auth-refresh-pausing',
  'axios-jwt',
  'supertokens-website',
  'bare-axios',
])

export const fetchContenders = pages('fetch', [
  'latchkey',
  'hand-written',
  'axa-oidc-client',
  'auth0-spa-js',
  'bare-fetch',
])

/** Latchkey with as many resources and sessions as a measure wants. */
export const growingLatchkey = pages('fetch', ['latchkey-growing'])

export const allContenders = [
  ...sessionContenders,
  ...interceptorContenders,
  ...fetchContenders,
  ...growingLatchkey,
]

export function titleOf(file: string): string {
  return titles[file] ?? file
}

function pages(kind: PageKind, files: string[]): ContenderPage[] {
  return files.map((file) => ({
    name: kind === 'axios' && file === 'bare-axios' ? file : `${kind}-${file}`,
    kind,
    file,
    title: titleOf(file),
    fronted: file === 'auth0-spa-js' || file === 'keycloak-js',
  }))
}
