/** The invariants of docs/invariants.md, each under its name, and what was found against them. */
import type { StoreWrite } from '../../environment/testing/fake-store.js'
import { parseSessionRecord, type SessionRecord } from '../../session/session-record.js'
import type {
  RefreshUse,
  SimulatedAuthorizationServer,
  TokenFamily,
} from './simulated-authorization-server.js'
import { names } from './simulated-world.js'
import { simulatedIssuer } from './simulated-protocol.js'

export const invariants = [
  'one-live-use',
  'no-lost-session',
  'generation-grows',
  'sign-out-is-final',
  'no-wrong-revocation',
  'every-waiter-settles',
  'pinned-to-the-person',
  'no-needless-refresh',
  'all-agree',
  'no-secrets-told',
] as const

export type Invariant = (typeof invariants)[number]

export interface Finding {
  readonly invariant: Invariant
  readonly what: string
}

/** What has come about, over all runs: an invariant that nothing endangered proves nothing. */
export const seen = {
  refreshes: 0,
  replacedSessions: 0,
  otherUsers: 0,
  signOuts: 0,
  ends: 0,
  excusedReuses: 0,
  successionsOfDeadOwners: 0,
  storelessRefreshes: 0,
  repairs: 0,
  revocations: 0,
}

export interface Findings {
  readonly list: Finding[]
  add(invariant: Invariant, what: string): void
  /** The store was emptied, reverted or spoilt by somebody else: what only it knew may be lost. */
  isStoreDestroyed: boolean
  /** Someone's sign-out was asked for. */
  signedOut(user: string, session: string | undefined): void
  hasSignOut(): boolean
  /** Which session an access token belongs to. */
  sessionOf(accessToken: string): string | undefined
  /** Looks at what the server has seen. Call it at the end. */
  judgeServer(): void
  /** Whether the session may be over: refused, or with an answer that was destroyed. */
  mayBeEnded(sessionId: string): boolean
}

export function readRecord(value: unknown): SessionRecord | undefined {
  return parseSessionRecord(value, { issuer: simulatedIssuer, clientId: 'spa' })
}

export function createFindings(server: SimulatedAuthorizationServer): Findings & {
  onWrite(write: StoreWrite): void
} {
  const list: Finding[] = []
  const stored = new Set<string>()
  const families = new Map<string, TokenFamily>()
  const sessions = new Map<string, string>()
  const signedOutSessions = new Set<string>()
  const signedOutUsers = new Set<string>()
  const add = (invariant: Invariant, what: string) => void list.push({ invariant, what })

  /** The answer to this use reached nobody who could keep it. */
  function isDestroyed(use: RefreshUse): boolean {
    if (!use.successor || stored.has(use.successor)) return false
    return !use.tab.isOpen || (use.isOver && use.heard !== 'granted')
  }

  function isReuseExcused(reuse: RefreshUse): boolean {
    const first = server.uses.find(
      (use) => use.refreshToken === reuse.refreshToken && use.outcome === 'granted',
    )
    return !first || isDestroyed(first)
  }

  const findings = {
    list,
    add,
    isStoreDestroyed: false,
    signedOut(user: string, session: string | undefined) {
      signedOutUsers.add(user)
      if (session !== undefined) signedOutSessions.add(session)
      // the stored session of the same person is meant as well
      const stored = readRecord(server.peek())
      if (stored?.subject === user) signedOutSessions.add(stored.sessionId)
    },
    hasSignOut: () => signedOutUsers.size > 0,
    sessionOf: (accessToken: string) => sessions.get(accessToken),
    mayBeEnded: (sessionId: string) => {
      const family = families.get(sessionId)
      return !family || family.revokedBecause !== undefined
    },
    judgeServer() {
      for (const use of findings.isStoreDestroyed ? [] : server.overlaps)
        add('one-live-use', `${use.tab.id} sent ${use.refreshToken} while another tab used it`)
      for (const { refreshToken, family } of findings.isStoreDestroyed ? [] : server.revocations)
        if (family.revokedBecause === 'asked' && wronglyRevoked.has(refreshToken))
          add('no-wrong-revocation', `${refreshToken} was revoked while its session lived`)
    },
    onWrite({ key, before, after, tab }: StoreWrite) {
      if (key !== names.session) return
      const [old, now] = [readRecord(before), readRecord(after)]
      if (now?.refreshToken) {
        stored.add(now.refreshToken)
        const family = server.familyOf(now.refreshToken)
        if (family) families.set(now.sessionId, family)
      }
      for (const { value } of Object.values(now?.accessTokens ?? {}))
        sessions.set(value, now!.sessionId)
      if (tab === undefined) return
      count(old, now)
      if (old && now && now.generation <= old.generation)
        add('generation-grows', `${tab} wrote ${now.generation} over ${old.generation}`)
      // where somebody else has put it back, it was not the tab
      const wasThere = old?.state === 'signed-in' && old.sessionId === now?.sessionId
      if (now?.state === 'signed-in' && buried.has(now.sessionId) && !wasThere)
        add('sign-out-is-final', `${tab} brought ${now.sessionId} back`)
      const signsIn = now?.state === 'signed-in' && now.sessionId !== old?.sessionId
      if (signsIn && overtaken.has(tab) && now.sessionId.startsWith(`${tab}-`))
        add('sign-out-is-final', `${tab} signed in though the user had signed out meanwhile`)
      if (now?.state === 'signed-out') {
        for (const other of signingIn) overtaken.add(other)
        buried.add(now.sessionId)
        if (old?.state === 'signed-in' && !signedOutUsers.has(old.subject))
          add('no-lost-session', `${tab} signed ${old.subject} out unasked`)
      }
      if (
        now?.state === 'ended' &&
        old?.state === 'signed-in' &&
        !findings.mayBeEnded(old.sessionId)
      )
        add('no-lost-session', `${tab} ended ${old.sessionId}, which was not refused`)
    },
  }
  const buried = new Set<string>()
  const wronglyRevoked = new Set<string>()
  /** Tabs that have redeemed a code; and those of them before whose commit the user signed out. */
  const signingIn = new Set<string>()
  const overtaken = new Set<string>()
  server.onCode((tab) => signingIn.add(tab))
  server.onReuse((use, isAwaited) => {
    // what a dead tab has sent may still arrive: nobody can take it back
    seen.excusedReuses++
    if (isAwaited && !findings.isStoreDestroyed && !isReuseExcused(use))
      add('no-lost-session', `${use.tab.id} sent ${use.refreshToken} again`)
  })
  server.onRevocation((refreshToken, family, live) => {
    seen.revocations++
    const record = readRecord(live)
    if (
      record?.state === 'signed-in' &&
      record.refreshToken &&
      server.familyOf(record.refreshToken) === family &&
      !signedOutSessions.has(record.sessionId)
    )
      wronglyRevoked.add(refreshToken)
  })
  return findings
}

function count(old: SessionRecord | undefined, now: SessionRecord | undefined): void {
  if (!now) return
  if (now.volatile && !old) seen.repairs++
  if (now.state === 'signed-out' && old?.state === 'signed-in') seen.signOuts++
  if (now.state === 'ended') seen.ends++
  if (now.state !== 'signed-in' || old?.state !== 'signed-in') return
  if (now.sessionId !== old.sessionId) seen.replacedSessions++
  if (now.subject !== old.subject) seen.otherUsers++
  if (now.intent?.after && now.intent.id !== old.intent?.id) seen.successionsOfDeadOwners++
  if (now.sessionId === old.sessionId && now.refreshToken !== old.refreshToken) {
    seen.refreshes++
    if (!old.intent) seen.storelessRefreshes++
  }
}
