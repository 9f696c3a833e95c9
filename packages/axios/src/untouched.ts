/** Which requests the app wants left alone. */
import { AxiosHeaders, type InternalAxiosRequestConfig } from 'axios'

/** Credentials of the app's own (also `Authorization: false`), or a refusal. The engine adds: no resource, userinfo in the URL. */
export function isUntouched({ access, auth, headers }: InternalAxiosRequestConfig): boolean {
  return access === false || !!auth || AxiosHeaders.from(headers).has('authorization')
}
