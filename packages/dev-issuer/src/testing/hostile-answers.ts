// What a hostile server answers, and what it was sent.
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** The form body. */
  readonly form: URLSearchParams
}

/**
 * What to answer: `drop` closes the connection, `cut` closes it in the middle of the body, `hang` never answers, `drip` sends a little of a
 * body at a time and never ends.
 */
export type Answer =
  | {
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
      /** Objects are sent as JSON. */
      readonly body?: unknown
    }
  | 'drop'
  | 'cut'
  | 'hang'
  | 'drip'

export type Script = Answer | ((request: RecordedRequest) => Answer | Promise<Answer>)

export async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server')
  return {
    method: request.method ?? '',
    path: pathname,
    query: searchParams,
    headers: request.headers,
    text,
    form: new URLSearchParams(text),
  }
}

export function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return
  if (answer === 'drop') return void response.destroy()
  if (answer === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"access_token":"at-cut', () => response.destroy())
    return
  }
  if (answer === 'drip') {
    response.writeHead(200, { 'content-type': 'application/json' })
    const dripping = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(dripping))
    return
  }
  const { status = 200, headers, body } = answer
  const isText = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined
  response.writeHead(status, { ...(!isText && { 'content-type': 'application/json' }), ...headers })
  response.end(isText ? body : JSON.stringify(body))
}
