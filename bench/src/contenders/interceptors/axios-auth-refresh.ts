import { createAuthRefresh, type AxiosAuthRefreshOptions } from 'axios-auth-refresh'
import type { InterceptorContender } from '../interceptor-contender.js'
import { contender as session, openedReference } from '../sessions/reference.js'

export const contender = withOptions({})

export function withOptions(options: AxiosAuthRefreshOptions): InterceptorContender {
  return {
    session,
    attach(api) {
      const client = openedReference()
      api.interceptors.request.use((config) => {
        config.headers.set('Authorization', `Bearer ${client.record?.accessToken ?? ''}`)
        return config
      })
      createAuthRefresh(api, () => client.refresh(), options)
    },
  }
}
