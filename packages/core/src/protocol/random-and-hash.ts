/** Random values and hashes as base64url text, for requests that leave the page. */

/** 256 random bits in 43 characters: a code verifier (RFC 7636 §4.1), a `state`, a `nonce`, a `jti`. */
export function randomText(): string {
  return encode(crypto.getRandomValues(new Uint8Array(32)).buffer)
}

/** The S256 code challenge (RFC 7636 §4.2), the `ath` and the key thumbprint of DPoP are all this. */
export async function sha256(text: string): Promise<string> {
  return encode(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

export function encodeText(text: string): string {
  return encode(new TextEncoder().encode(text).buffer)
}

export function encode(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '')
}
