/** 160 random bits as text. */
export function randomId(crypto: Crypto): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(5)), (part) => part.toString(36)).join(
    '',
  )
}
