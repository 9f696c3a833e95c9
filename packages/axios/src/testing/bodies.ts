/** Every kind of body an app sends, and what must arrive of it. */

export interface BodyCase {
  readonly name: string
  make(): unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Sent once only, by its nature. */
  readonly once?: true
}

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7) % 256)

export const bodies: readonly BodyCase[] = [
  { name: 'an object', make: () => ({ name: 'Ada', tags: ['a', 'b'], at: new Date(0) }) },
  {
    name: 'a JSON string',
    make: () => '{"a": 1}',
    headers: { 'Content-Type': 'application/json' },
  },
  { name: 'URLSearchParams', make: () => new URLSearchParams({ q: 'a b&c', r: 'ü' }) },
  { name: 'FormData with a File', make: makeForm },
  { name: 'a Blob', make: () => new Blob([bytes], { type: 'image/png' }) },
  { name: 'an ArrayBuffer', make: () => bytes.slice().buffer },
  { name: 'a typed array', make: () => bytes.slice() },
  { name: 'text', make: () => 'plain – text', headers: { 'Content-Type': 'text/plain' } },
  { name: 'nothing', make: () => undefined },
]

export const streams: readonly BodyCase[] = [
  { name: 'a ReadableStream', make: () => new Blob([bytes]).stream(), once: true },
]

function makeForm(): FormData {
  const form = new FormData()
  form.append('title', 'Über')
  form.append('file', new File([bytes], 'a.bin', { type: 'application/octet-stream' }))
  return form
}

/** A body without what each send chooses anew. axios does not always name the boundary in the header. */
export function withoutBoundary(
  body: Buffer,
  contentType: string | undefined,
): { body: string; contentType: string | undefined; isForm: boolean } {
  const text = body.toString('latin1')
  const boundary = /^--(\S+)\r\nContent-Disposition/i.exec(text)?.[1]
  return boundary
    ? {
        body: text.replaceAll(boundary, '*'),
        contentType: contentType?.replace(boundary, '*'),
        isForm: true,
      }
    : { body: text, contentType, isForm: false }
}
