/** What may happen in the model of the refresh, and how fast-check makes a plan of it. */
import fc from 'fast-check'
import type { StoreFault } from '../../environment/testing/fake-store.js'
import type { RefreshFate, RefreshMoment } from './simulated-authorization-server.js'

export type Happening =
  /** The app wants a token; or a newer one; or sends a request; or learns that the API has stopped to accept the current token, and sends one. */
  | { readonly kind: 'wish' | 'force' | 'request' | 'api-refuses' }
  | { readonly kind: 'sign-out'; readonly isStoreBroken: boolean }
  | { readonly kind: 'sign-in'; readonly user: 'alice' | 'bob' }
  /** The tab is gone: now, or at the next such moment of a refresh of its own. Another is opened in its place. */
  | { readonly kind: 'crash' | 'close' }
  | { readonly kind: 'crash-at' | 'freeze-at'; readonly moment: RefreshMoment }
  | { readonly kind: 'freeze' | 'block' | 'hide'; readonly forMs: number }
  | { readonly kind: 'bfcache'; readonly forMs: number }
  | { readonly kind: 'offline'; readonly forMs: number }
  | { readonly kind: 'clock-jump'; readonly byMs: number }
  | {
      readonly kind: 'store-fault'
      readonly fault: StoreFault
      readonly tries: number
      readonly scope: 'tab' | 'all'
    }
  /** Another writer of the record. */
  | { readonly kind: 'other-writer'; readonly what: 'field' | 'older' | 'nothing' | 'malformed' }
  | { readonly kind: 'fate'; readonly fate: RefreshFate }
  | { readonly kind: 'garble' }
  | { readonly kind: 'second-client' }

export interface Move {
  readonly afterMs: number
  /** Index of the tab. */
  readonly tab: number
  readonly what: Happening
}

export interface Plan {
  readonly seed: number
  readonly tabs: number
  readonly hasLocks: boolean
  readonly lifetimeMs: number
  /** Every step of a browser takes up to so long. */
  readonly stepMs: number
  readonly latencyMs: number
  readonly moves: readonly Move[]
}

const durationMs = fc.constantFrom(500, 3000, 15_000, 60_000)
const moment = fc.constantFrom<RefreshMoment>('before-send', 'sent', 'executed', 'answered')

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom('wish' as const, 'wish', 'force', 'request', 'request', 'api-refuses'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('sign-out' as const),
      isStoreBroken: fc.constantFrom(false, false, true),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('sign-in' as const),
      user: fc.constantFrom('alice' as const, 'bob'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('crash' as const, 'close') }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('crash-at' as const, 'freeze-at'), moment }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('freeze' as const, 'block', 'hide', 'bfcache', 'offline'),
      forMs: durationMs,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock-jump' as const),
      byMs: fc.constantFrom(-3_600_000, -10_000, 10_000, 3_600_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('store-fault' as const),
      fault: fc.constantFrom<StoreFault>('reject', 'hang', 'land-unnoticed', 'land-late'),
      tries: fc.constantFrom(1, 2, 4, 10),
      scope: fc.constantFrom('tab' as const, 'all'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('other-writer' as const),
      what: fc.oneof(
        { weight: 6, arbitrary: fc.constant('field' as const) },
        { weight: 3, arbitrary: fc.constantFrom('older' as const, 'nothing', 'malformed') },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fate' as const),
      fate: fc.constantFrom<RefreshFate>(
        'answer-lost',
        'request-lost',
        'silence',
        'unavailable',
        'configuration',
        'invalid-id-token',
        { retryAfterMs: 5000 },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('garble' as const, 'second-client') }),
  },
)

export const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.nat(),
  tabs: fc.integer({ min: 2, max: 6 }),
  hasLocks: fc.constantFrom(true, true, true, false),
  lifetimeMs: fc.constantFrom(5000, 60_000, 60_000, 300_000),
  stepMs: fc.constantFrom(2, 20, 200),
  latencyMs: fc.constantFrom(20, 1000, 8000),
  moves: fc.array(
    fc.record({
      afterMs: fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(0, 0, 1, 10, 100, 1000, 3000) },
        { weight: 3, arbitrary: fc.constant(10_000) },
        { weight: 1, arbitrary: fc.constant(60_000) },
      ),
      tab: fc.nat(5),
      what: happening,
    }),
    { minLength: 1, maxLength: 20 },
  ),
})
