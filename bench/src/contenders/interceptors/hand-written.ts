import { AxiosError, type InternalAxiosRequestConfig } from 'axios'
import type { InterceptorContender } from '../interceptor-contender.js'
import { contender as session, openedReference } from '../sessions/reference.js'

type Config = InternalAxiosRequestConfig & { sentToken?: string; isReplay?: boolean }

/** The careful version: it knows which token was refused, and sends once more. */
export const contender: InterceptorContender = {
  session,
  attach(api) {
    const client = openedReference()
    api.interceptors.request.use(async (config: Config) => {
      config.sentToken = await client.token()
      config.headers.set('Authorization', `Bearer ${config.sentToken}`)
      return config
    })
    api.interceptors.response.use(undefined, async (error: unknown) => {
      const failure = error instanceof AxiosError ? error : undefined
      const config = failure?.config as Config | undefined
      if (!config || failure?.response?.status !== 401 || config.isReplay) throw error
      await client.tokenAfterRefusal(config.sentToken ?? '').catch(() => {
        throw error
      })
      return api.request({ ...config, isReplay: true } as Config)
    })
  },
}
