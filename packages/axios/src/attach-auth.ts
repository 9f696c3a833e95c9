/** Attaches a client to an axios instance: the one interceptor, and its undo. */
import type { AuthClient, RequestAccessOptions } from '@latchkey/core'
import { pinRequest } from '@latchkey/core'
import type { AxiosInstance } from 'axios'
import { findWrapping, wrapAdapter } from './auth-adapter.js'

/**
 * Sends the instance's requests to the client's resources with an access token. One that meets a 401 waits while a single refresh
 * runs and is sent once more, beneath axios: interceptors and transforms run once, and the app sees one outcome.
 *
 * Rejections are AxiosErrors. Where the token was the reason, `cause` is the client's error; `isAuthError` and `authErrorOf` look there.
 *
 * @param options - What requests ask for unless their own `access` says otherwise.
 * @returns The undo. Requests under way go on.
 */
export function attachAuth(
  instance: AxiosInstance,
  auth: AuthClient<never> | AuthClient,
  options?: RequestAccessOptions,
): () => void {
  const attachment = { auth, options, isAttached: true }
  const id = instance.interceptors.request.use(
    (config) => {
      const base = config.adapter ?? instance.defaults.adapter ?? ['xhr', 'http', 'fetch']
      const known = findWrapping(base, auth)
      // a config the app sends again keeps the user it began with
      if (!known?.attachment.isAttached)
        config.adapter = wrapAdapter({
          attachment,
          base,
          pin: known ? known.pin : pinRequest(auth),
        })
      return config
    },
    undefined,
    { synchronous: true },
  )
  return () => {
    attachment.isAttached = false
    instance.interceptors.request.eject(id)
  }
}
