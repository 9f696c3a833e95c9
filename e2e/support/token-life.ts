import type { ApiRequest } from './resource-server.js'

/** Whether a token's life was over when it arrived: on a busy machine a request may be on its way for seconds. */
export function arrivedTooLate({ headers, at }: ApiRequest): boolean {
  const [, payload = ''] = (headers.authorization ?? '').split('.')
  const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number }
  return exp * 1000 <= at
}
