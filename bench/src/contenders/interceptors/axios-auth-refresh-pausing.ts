import { withOptions } from './axios-auth-refresh.js'

/** With its other setting. */
export const contender = withOptions({ deduplicateRefresh: false })
