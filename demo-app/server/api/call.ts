// One authorized call to the API, and the forms an answer can have.
import type { IncomingMessage } from 'node:http'
import type { Caller } from './access-token.js'

export interface ApiCall {
  readonly caller: Caller
  readonly token: string
  readonly query: URLSearchParams
  /** The fields of a JSON or form body; at most 16 kB. */
  fields(): Promise<Record<string, string>>
}

export interface ApiAnswer {
  readonly status: number
  readonly body?: unknown
  readonly challenge?: string
}

export class RequestRefused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const maximumBytes = 16_384

/** @throws {RequestRefused} Too large, or neither JSON nor a form. */
export async function readFields(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maximumBytes) throw new RequestRefused(413, 'That is more than 16 kB.')
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text))
  return textsOf(parseJson(text))
}

function parseJson(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (value && typeof value === 'object') return value
  } catch {
    // Said below.
  }
  throw new RequestRefused(400, 'The body must be a JSON object or a form.')
}

function textsOf(body: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
