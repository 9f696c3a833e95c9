/** What tabs say to each other: hints without a token, checked before use and never believed. */
import { isObject } from './session-record.js'

export type TabMessage =
  /** The record has changed: read it. */
  | { readonly type: 'changed'; readonly generation: number; readonly signedOut?: boolean }
  /** Is the owner of this intent awake? */
  | { readonly type: 'ping' | 'pong'; readonly intent: string }
  /** A refresh token of this generation was sent though the store is unusable: do not send it again. */
  | { readonly type: 'spent'; readonly generation: number; readonly session: string }
  /** May I refresh without the store? And the objection. */
  | {
      readonly type: 'roll-call' | 'objection'
      readonly generation: number
      readonly session: string
    }
  /** Does anybody know this session, whose record was re-created? And the voucher. */
  | { readonly type: 'vouch-for' | 'voucher'; readonly session: string }
  /** A popup or iframe has finished its sign-in: read the outcome. */
  | { readonly type: 'sign-in-finished'; readonly attempt: string }
  /** The user is active in some tab. */
  | { readonly type: 'active' }
  /** Never sent: what came could not be read, and may have been any of these. */
  | { readonly type: 'unreadable' }

/** Version 1 of the wire format. */
export function encodeTabMessage(message: TabMessage): unknown {
  return { v: 1, ...message }
}

/**
 * `undefined`: not a message of ours (another version's, or a forger's).
 *
 * @param data - `undefined`: a `messageerror`.
 */
export function parseTabMessage(data: unknown): TabMessage | undefined {
  if (data === undefined) return { type: 'unreadable' }
  if (!isObject(data) || data['v'] !== 1 || typeof data['type'] !== 'string') return undefined
  const fields = {
    changed: 'generation',
    ping: 'intent',
    pong: 'intent',
    spent: 'generation session',
    'roll-call': 'generation session',
    objection: 'generation session',
    'vouch-for': 'session',
    voucher: 'session',
    'sign-in-finished': 'attempt',
    active: '',
  }[data['type']]
  // a forged type may name a member of Object.prototype
  if (typeof fields !== 'string') return undefined
  const isWhole = fields
    .split(' ')
    .every((name) => !name || typeof data[name] === (name === 'generation' ? 'number' : 'string'))
  return isWhole ? (data as unknown as TabMessage) : undefined
}
