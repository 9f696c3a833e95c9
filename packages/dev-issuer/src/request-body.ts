// Reads a posted body before the provider does, and hands the provider a request it can read once more.
import { IncomingMessage } from 'node:http'

const bodies = new WeakMap<IncomingMessage, string>()

/** Gives a request like this one whose body is already here. */
export async function bufferBody(request: IncomingMessage): Promise<IncomingMessage> {
  if (request.method !== 'POST') return request
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)

  const copy = new IncomingMessage(request.socket)
  copy.method = request.method
  copy.url = request.url ?? '/'
  copy.httpVersion = request.httpVersion
  copy.httpVersionMajor = request.httpVersionMajor
  copy.httpVersionMinor = request.httpVersionMinor
  copy.rawHeaders = request.rawHeaders
  copy.headers = request.headers
  copy.complete = true
  copy.push(body)
  copy.push(null)
  bodies.set(copy, body.toString())
  return copy
}

/** The fields of a posted form; none for any other request. */
export function formOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams(bodies.get(request))
}

/** The posted JSON; `undefined` if there is none, or if it is not JSON. */
export function jsonOf(request: IncomingMessage): unknown {
  try {
    return JSON.parse(bodies.get(request) ?? '')
  } catch {
    return undefined
  }
}
