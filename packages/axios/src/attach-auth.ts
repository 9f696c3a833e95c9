/** Attaches a client to an axios instance: the one interceptor, and its undo. */
import { pinRequest, type AuthClient } from '@latchkey/core'
import type { AxiosInstance } from 'axios'
import { wrapAdapter, type BaseAdapter } from './auth-adapter.js'

/** Which clients wrapped an adapter of ours, itself or the ones inside it. */
const clientsOf = new WeakMap<object, readonly unknown[]>()

/**
 * Sends the instance's requests to the client's resources with an access token. One that meets a 401 waits while a single refresh
 * runs and is sent once more, beneath axios: interceptors and transforms run once, and the app sees one outcome.
 *
 * Rejections are AxiosErrors. Where the token was the reason, `cause` is the client's error: `authErrorOf` finds it.
 *
 * @returns The undo. Requests that were begun before it keep their token.
 */
export function attachAuth(instance: AxiosInstance, auth: AuthClient<unknown>): () => void {
  const { request } = instance.interceptors
  const id = request.use(
    (config) => {
      const base = (config.adapter ?? instance.defaults.adapter) as BaseAdapter
      const clients = clientsOf.get(base as object) ?? []
      // a config the app sends again is ours already, and keeps the user it began with
      if (!clients.includes(auth)) {
        config.adapter = wrapAdapter(auth, base, pinRequest(auth))
        clientsOf.set(config.adapter, [...clients, auth])
      }
      return config
    },
    null,
    { synchronous: true },
  )
  return () => request.eject(id)
}
