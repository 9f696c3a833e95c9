/** Sends one body of a kind with everything an app may set beside it, and looks whether its config stayed as it was. */
import type { AuthFetch } from '@latchkey/core'
import type { AxiosInstance } from 'axios'
import { makeBody, type BodyKind } from './body-kinds.js'

export function bodyByAxios(
  instance: AxiosInstance,
  kind: BodyKind,
  id: string,
  onUpload: (() => void) | undefined,
) {
  const config = {
    url: 'bodies',
    method: 'POST',
    data: makeBody(kind),
    headers: { 'x-request-id': id, 'x-app': 'as it was' },
    params: { list: ['a', 'b c'], n: 1 },
    paramsSerializer: { indexes: null },
    withXSRFToken: true,
    ...(kind === 'object' && {
      transformRequest: [(data: unknown) => JSON.stringify({ wrapped: data })],
    }),
    ...(onUpload && { onUploadProgress: onUpload }),
  }
  const before = { ...config, headers: { ...config.headers }, params: { ...config.params } }
  return {
    send: async () => {
      const { status, data } = await instance.request<unknown>(config)
      return { status, body: data }
    },
    isKept: () =>
      Object.keys(config).length === Object.keys(before).length &&
      config.data === before.data &&
      JSON.stringify([config.headers, config.params]) ===
        JSON.stringify([before.headers, before.params]),
  }
}

export function bodyByFetch(authFetch: AuthFetch, kind: BodyKind, id: string, apiUrl: string) {
  const url = new URL('bodies?list=a&list=b%20c&n=1', apiUrl)
  const headers = { 'x-request-id': id, 'x-app': 'as it was' }
  const data = makeBody(kind)
  const isPlain = Object.prototype.toString.call(data) === '[object Object]'
  const init = {
    method: 'POST',
    headers,
    ...(data !== undefined && { body: isPlain ? JSON.stringify(data) : (data as BodyInit) }),
  }
  const before = JSON.stringify(Object.keys(init).concat(Object.keys(headers)))
  return {
    send: async () => {
      const response = await (kind === 'Request'
        ? authFetch(new Request(url, { ...init, body: 'the body of a Request' }))
        : authFetch(url, init))
      return { status: response.status, body: await response.text() }
    },
    isKept: () => JSON.stringify(Object.keys(init).concat(Object.keys(headers))) === before,
  }
}
