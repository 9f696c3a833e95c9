/** The kinds of bodies an app sends, made afresh for each call. No streams: a browser sends those by HTTP/2 only. */

export const bodyKinds = [
  'none',
  'object',
  'JSON text',
  'text',
  'URLSearchParams',
  'FormData with a File',
  'Blob',
  'ArrayBuffer',
  'typed array',
  'Request',
] as const

export type BodyKind = (typeof bodyKinds)[number]

const text = 'as it was: äöü €\r\n\0'

export function makeBody(kind: BodyKind): unknown {
  switch (kind) {
    case 'none':
    case 'Request':
      return undefined
    case 'object':
      return { text, list: [1, 2.5, null], nested: { yes: true } }
    case 'JSON text':
      return JSON.stringify({ text })
    case 'text':
      return text
    case 'URLSearchParams':
      return new URLSearchParams({ text, more: '1' })
    case 'FormData with a File': {
      const form = new FormData()
      form.append('text', text)
      form.append('file', new File([text, new Uint8Array([0, 255, 13, 10])], 'file.bin'))
      return form
    }
    case 'Blob':
      return new Blob([text], { type: 'application/x-made-up' })
    case 'ArrayBuffer':
      return new Uint8Array([0, 1, 2, 253, 254, 255]).buffer
    case 'typed array':
      return new Uint8Array([9, 0, 1, 2, 253, 9]).subarray(1, 5)
  }
}
