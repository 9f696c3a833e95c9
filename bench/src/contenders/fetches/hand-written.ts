import type { FetchContender } from '../fetch-contender.js'
import { contender as session, openedReference } from '../sessions/reference.js'

export const contender: FetchContender = {
  session,
  wrap(fetch) {
    const client = openedReference()
    return async (input, init) => {
      const token = await client.token()
      const response = await send(token)
      return response.status === 401 ? send(await client.tokenAfterRefusal(token)) : response

      function send(value: string): Promise<Response> {
        const headers = new Headers(init?.headers)
        headers.set('authorization', `Bearer ${value}`)
        return fetch(input, { ...init, headers })
      }
    }
  },
}
