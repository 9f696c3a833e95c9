// Every secret the issuer has handed out or was shown, found in the exchanges with it.
import type { Exchange } from './issuer-proxy.js'

export type SecretKind =
  'access token' | 'refresh token' | 'ID token' | 'code' | 'code verifier' | 'state' | 'nonce'

export interface Secret {
  readonly kind: SecretKind
  readonly value: string
}

const inTokenResponse: [string, SecretKind][] = [
  ['access_token', 'access token'],
  ['refresh_token', 'refresh token'],
  ['id_token', 'ID token'],
]

export function secretsOf(exchanges: readonly Exchange[]): Secret[] {
  const found = new Map<string, SecretKind>()
  const note = (kind: SecretKind, value: unknown) => {
    if (typeof value === 'string' && value.length >= shortest) found.set(value, kind)
  }
  for (const { url, requestBody, location, responseBody } of exchanges) {
    const { pathname, searchParams } = new URL(url, 'http://issuer')
    if (pathname === '/token') {
      const form = new URLSearchParams(requestBody)
      note('code', form.get('code'))
      note('code verifier', form.get('code_verifier'))
      note('refresh token', form.get('refresh_token'))
      // also of an answer that was cut, or never reached the page
      for (const [name, kind] of inTokenResponse)
        note(kind, new RegExp(`"${name}":"([^"]+)"`).exec(responseBody)?.[1])
    }
    const asked = pathname === '/par' ? new URLSearchParams(requestBody) : searchParams
    if (pathname === '/authorize' || pathname === '/par') {
      note('state', asked.get('state'))
      note('nonce', asked.get('nonce'))
    }
    const answer = URL.parse(location)?.searchParams
    note('code', answer?.get('code'))
    note('state', answer?.get('state'))
  }
  return [...found].map(([value, kind]) => ({ kind, value }))
}

/** Whether a text holds the secret, or enough of it: the end of any, and the beginning where that is unique too. */
export function holds(text: string, { kind, value }: Secret): boolean {
  const beginsUniquely = kind === 'refresh token' || kind === 'code' || kind === 'code verifier'
  return (
    text.includes(value.slice(-partLength)) ||
    (beginsUniquely && text.includes(value.slice(0, partLength)))
  )
}

const partLength = 20
const shortest = 16
