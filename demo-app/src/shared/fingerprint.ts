// How a token is named where people can see it; the API's log uses the same.

/** The first six characters of the SHA-256. */
export async function fingerprintOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return [...new Uint8Array(digest, 0, 3)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
