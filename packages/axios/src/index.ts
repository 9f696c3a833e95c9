/** The public list of @latchkey/axios, each name spelled out. */
import './request-config.js'

export { attachAuth } from './attach-auth.js'
export type { RequestAccess, RequestAccessOptions } from '@latchkey/core'
