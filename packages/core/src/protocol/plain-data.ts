/** Small helpers for data that came over the wire: null prototypes, harmless text, JWT parts. */

export type PlainObject = Record<string, unknown>

/** A copy without a prototype, so that a polluted `Object.prototype` cannot add members to it. */
export function bare<Shape extends object>(own: Shape): Shape {
  const copy = Object.assign(Object.create(null) as Shape, own)
  // As a key of its own it would become the prototype of the next careless copy.
  Reflect.deleteProperty(copy, '__proto__')
  return copy
}

export function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The body as a JSON object, whatever its content type says; `undefined` if it is none. The body stays readable. */
export async function jsonObject(response: Response): Promise<PlainObject | undefined> {
  try {
    const value: unknown = await response.clone().json()
    return isObject(value) ? bare(value) : undefined
  } catch {
    return undefined
  }
}

/** A server's text, safe to show as text: one line, at most 256 characters, no control or direction characters. */
export function harmless(text: unknown): string | undefined {
  return typeof text === 'string' ? text.slice(0, 256).replace(/\p{C}/gu, '') : undefined
}

/** Base64url with the letters of base64. */
export function toBase64(text: unknown): string {
  return `${text}`.replace(/-/g, '+').replace(/_/g, '/')
}

/** The header (0) or the payload (1) of a JWT. @throws If it is none. */
export function decodeJson(jwt: string, part: 0 | 1): PlainObject {
  const binary = atob(toBase64(jwt.split('.')[part]))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  return bare(JSON.parse(new TextDecoder().decode(bytes)) as PlainObject)
}
